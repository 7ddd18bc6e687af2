"""Decides how the counter names its troubles; the words stand in templates/messages.

Unavailable   ServerUnreachable  PrinterUnreachable  PrinterSilent  PrinterPaperOut
              PrinterOffline  JournalInUse
Denied        DeviceKeyRefused  TillStrange
Refusal       SlipUnsure  SlipUnprintable  JobNotMovable  DrawerNotOpened
              ShiftNotOpen  ShiftAlreadyOpen  BasketNotFinished  BasketEmpty  CashShort
              CashTooMuch  GoodsNotKnown  CodeMisread  PayCodeScanned  SaleGivenBack
              SaleNotHere
Malformed     PrinterAddressInvalid  ClerkNumberInvalid  ReasonMissing
"""

from kernel.errors import Denied, Malformed, Refusal, Unavailable

CAUSES = (
    "line_lost",
    "no_confirmation",
    "printer_paper_out",
    "printer_offline",
    "printer_silent",
    "printer_unreachable",
    "drawer_late",
    "interrupted",
)


class ServerUnreachable(Unavailable):
    """The server did not answer, or not in our protocol; what waits there or here goes on waiting.

    ``answered`` says that something did answer: then the line is up, and this request is the
    trouble.
    """

    code = "till_server_unreachable"

    def __init__(self, *, server: str, detail: str, answered: bool = False) -> None:
        super().__init__(server=server, detail=detail)
        self.answered = answered


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


class DrawerNotOpened(Refusal):
    """The drawer was not told to open, or nobody knows; it is never tried again by itself."""

    code = "drawer_not_opened"

    def __init__(self, *, cause: str) -> None:
        super().__init__(cause=cause)


class ShiftNotOpen(Refusal):
    """No shift is open, so no money is taken; the basket stays."""

    code = "shift_not_open"


class ShiftAlreadyOpen(Refusal):
    """A shift is open already; no other was begun."""

    code = "shift_already_open"

    def __init__(self, *, shift_no: int) -> None:
        super().__init__(shift_no=shift_no)


class ClerkNumberInvalid(Malformed):
    """A staff number is one to twelve letters and digits."""

    code = "clerk_number_invalid"

    def __init__(self, *, given: str) -> None:
        super().__init__(given=given)


class BasketNotFinished(Refusal):
    """Goods lie in the basket: they are paid or given up before the shift closes."""

    code = "basket_not_finished"


class BasketEmpty(Refusal):
    """There is nothing to pay, or the basket was given up; no sale was made."""

    code = "basket_empty"


class CashShort(Refusal):
    """What the shopper gave does not cover the total; no sale was made."""

    code = "cash_short"

    def __init__(self, *, paid_fen: int, total_fen: int) -> None:
        super().__init__(paid_fen=paid_fen, total_fen=total_fen)


class CashTooMuch(Refusal):
    """What was typed as cash is far above the total, a slip of the finger; no sale was made."""

    code = "cash_too_much"

    def __init__(self, *, paid_fen: int, total_fen: int) -> None:
        super().__init__(paid_fen=paid_fen, total_fen=total_fen)


class GoodsNotKnown(Refusal):
    """The outlet's catalogue has nothing under what was scanned; the basket is as it was."""

    code = "goods_not_known"

    def __init__(self, *, code_read: str) -> None:
        super().__init__(code_read=code_read)


class CodeMisread(Refusal):
    """The check digit of what was scanned is wrong; the basket is as it was."""

    code = "code_misread"

    def __init__(self, *, code_read: str) -> None:
        super().__init__(code_read=code_read)


class PayCodeScanned(Refusal):
    """A shopper's payment code was scanned; it was neither used nor kept."""

    code = "pay_code_scanned"


class SaleNotHere(Refusal):
    """No such sale was made at this till, or it is a refund itself; nothing was given back."""

    code = "sale_not_here"

    def __init__(self, *, sale_no: str) -> None:
        super().__init__(sale_no=sale_no)


class SaleGivenBack(Refusal):
    """The sale was given back before; nothing was given back again."""

    code = "sale_given_back"

    def __init__(self, *, sale_no: str, refund_no: str) -> None:
        super().__init__(sale_no=sale_no, refund_no=refund_no)


class ReasonMissing(Malformed):
    """A refund needs one of the reasons; nothing was given back."""

    code = "refund_reason_missing"


class TillStrange(Denied):
    """A request that does not come from this till's own page; nothing was done."""

    code = "till_strange"
