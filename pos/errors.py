"""Decides how the clerk's room names what went wrong; the words stand in templates/messages.

Malformed     SlipMalformed  SlipUnbalanced  ProtocolVersionUnknown  SaleUnreadable
              ShiftUnreadable  CatalogueMalformed  BulkMalformed
NotFound      PrintRequestUnknown  FlagUnknown  TerminalUnknown
Denied        DeviceUnknown
Refusal       PrintRequestTaken  TerminalNameTaken
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


class SaleUnreadable(Malformed):
    """A sale cannot be read; the server keeps it as it came and flags it."""

    code = "sale_unreadable"

    def __init__(self, *, field: str, given: str) -> None:
        super().__init__(field=field, given=given)


class ShiftUnreadable(Malformed):
    """A shift cannot be read; the server keeps it as it came for review."""

    code = "shift_unreadable"

    def __init__(self, *, field: str, given: str) -> None:
        super().__init__(field=field, given=given)


class CatalogueMalformed(Malformed):
    """A catalogue that was sent cannot be read; the terminal keeps the one it has."""

    code = "catalogue_malformed"

    def __init__(self, *, field: str, given: str) -> None:
        super().__init__(field=field, given=given)


class BulkMalformed(Malformed):
    """What a terminal sent is no list of at most so many entries; none was taken in."""

    code = "bulk_malformed"

    def __init__(self, *, field: str, most: int) -> None:
        super().__init__(field=field, most=most)


class FlagUnknown(NotFound):
    """The outlet has no open flag of that number."""

    code = "flag_unknown"

    def __init__(self, *, flag_id: str) -> None:
        super().__init__(flag_id=flag_id)


class SaleUnknown(NotFound):
    """No sale with that id was taken in, or what came could not be read."""

    code = "sale_unknown"

    def __init__(self, *, sale_id: str) -> None:
        super().__init__(sale_id=sale_id)


class PrintRequestUnknown(NotFound):
    """No print request of this outlet has that number."""

    code = "print_request_unknown"

    def __init__(self, *, request_id: str) -> None:
        super().__init__(request_id=request_id)


class TerminalUnknown(NotFound):
    """The outlet has no terminal of that name; no key was changed."""

    code = "terminal_unknown"

    def __init__(self, *, name: str, known: str) -> None:
        super().__init__(name=name, known=known)


class TerminalNameTaken(Refusal):
    """The outlet has a terminal of that name already; none was added."""

    code = "terminal_name_taken"

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)


class DeviceUnknown(Denied):
    """The device key is missing, wrong, or withdrawn."""

    code = "device_unknown"


class PrintRequestTaken(Refusal):
    """Another terminal of the outlet prints this slip; this one must not."""

    code = "print_request_taken"

    def __init__(self, *, request_id: str) -> None:
        super().__init__(request_id=request_id)
