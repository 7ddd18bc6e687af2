"""Decides how the clerk's room names what went wrong; the words stand in templates/messages.

Malformed     SlipMalformed  SlipUnbalanced  ProtocolVersionUnknown
NotFound      PrintRequestUnknown
Denied        DeviceUnknown
Refusal       PrintRequestTaken
"""

from kernel.errors import Denied, Malformed, NotFound, Refusal


class SlipMalformed(Malformed):
    """A slip's content cannot be read; nothing was stored or printed."""

    code = "slip_malformed"

    def __init__(self, *, field: str, given: str) -> None:
        super().__init__(field=field, given=given)


class SlipUnbalanced(Malformed):
    """The parts on a slip do not add up to its total; nothing was stored."""

    code = "slip_unbalanced"

    def __init__(self, *, parts_fen: int, total_fen: int) -> None:
        super().__init__(parts_fen=parts_fen, total_fen=total_fen)


class ProtocolVersionUnknown(Malformed):
    """Counter and server speak versions too far apart; nothing was exchanged."""

    code = "protocol_version_unknown"

    def __init__(self, *, given: str, known: str) -> None:
        super().__init__(given=given, known=known)


class PrintRequestUnknown(NotFound):
    """No print request of this outlet has that number."""

    code = "print_request_unknown"

    def __init__(self, *, request_id: str) -> None:
        super().__init__(request_id=request_id)


class DeviceUnknown(Denied):
    """The device key is missing, wrong, or withdrawn."""

    code = "device_unknown"


class PrintRequestTaken(Refusal):
    """Another terminal of the outlet prints this slip; this one must not."""

    code = "print_request_taken"

    def __init__(self, *, request_id: str) -> None:
        super().__init__(request_id=request_id)
