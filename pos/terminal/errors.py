"""Decides how the counter names its troubles; the words stand in templates/messages.

Unavailable   ServerUnreachable  PrinterUnreachable  PrinterSilent  PrinterPaperOut
              PrinterOffline  JournalInUse
Denied        DeviceKeyRefused
Refusal       SlipUnsure  SlipUnprintable  JobNotMovable
Malformed     PrinterAddressInvalid
"""

from kernel.errors import Denied, Malformed, Refusal, Unavailable

CAUSES = (
    "line_lost",
    "no_confirmation",
    "printer_paper_out",
    "printer_offline",
    "printer_silent",
)


class ServerUnreachable(Unavailable):
    """The server did not answer, or not in our protocol; print requests wait there."""

    code = "till_server_unreachable"

    def __init__(self, *, server: str, detail: str) -> None:
        super().__init__(server=server, detail=detail)


class DeviceKeyRefused(Denied):
    """The server does not know this terminal's key."""

    code = "till_device_key_refused"


class PrinterTrouble(Unavailable):
    """The printer cannot print now; not a byte of the slip was sent, the job waits."""

    def __init__(self, *, printer: str) -> None:
        super().__init__(printer=printer)


class PrinterUnreachable(PrinterTrouble):
    """Nobody answers at the printer's address."""

    code = "printer_unreachable"


class PrinterSilent(PrinterTrouble):
    """The printer takes bytes but answers no status question."""

    code = "printer_silent"


class PrinterPaperOut(PrinterTrouble):
    """The roll is at its end."""

    code = "printer_paper_out"


class PrinterOffline(PrinterTrouble):
    """The printer says that it stands still: its cover is open, or it has a fault."""

    code = "printer_offline"


class JournalInUse(Unavailable):
    """Another till program works with this journal."""

    code = "journal_in_use"

    def __init__(self, *, journal: str) -> None:
        super().__init__(journal=journal)


class SlipUnsure(Refusal):
    """The slip was sent but not confirmed; a clerk looks whether it came out.

    ``cause`` is one of ``CAUSES``; its words are the message ``till.cause.<cause>``.
    """

    code = "slip_unsure"

    def __init__(self, *, job: str, cause: str) -> None:
        super().__init__(job=job, cause=cause)


class SlipUnprintable(Refusal):
    """The slip does not fit this printer, or its content is wrong; it will not be tried again."""

    code = "slip_unprintable"

    def __init__(self, *, job: str, cause: str) -> None:
        super().__init__(job=job, cause=cause)


class JobNotMovable(Refusal):
    """A print job is not in a state from which this may be done."""

    code = "print_job_not_movable"

    def __init__(self, *, job: str, to: str) -> None:
        super().__init__(job=job, to=to)


class PrinterAddressInvalid(Malformed):
    """A printer's address cannot be read."""

    code = "printer_address_invalid"

    def __init__(self, *, given: str) -> None:
        super().__init__(given=given)
