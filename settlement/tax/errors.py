"""Decide which refusals tax, limits and guarantees can answer with.

Malformed  TaxFigureInvalid   a figure that no declaration can carry
           MeasureMissing     the tax class cannot be told without millilitres, grams or pieces
           QuestionUnread     a tax question in JSON has a figure that cannot be read
NotFound   TariffMissing      a code has no rates on that day
           SlipUnknown        no tax bill is on a payment slip of that number
           BillNotHeard       customs has not billed the list yet
           CoverUnknown       no levy is held for a line of a display application
           VersionUnknown     no version of tariff or positive list has that number
Refusal    NotOnPositiveList  the code may not be sold as retail import
           VersionsUnlike     a tariff is to be compared with a positive list
           VersionEmpty       a version without a row would close every offer
           PositiveListFirst  a tariff comes in before any positive list
           OverSingleLimit    one order above 5,000 yuan with more than one piece
           OverYearLimit      the person's year would pass 26,000 yuan
           OverWeightLimit    the person's year would pass 2 kg of sugar or 20 kg of rice
           GuaranteeExhausted no guarantee in force has room
           HoldMissing        nothing is held for that document
           BillChanged        a second bill under one number says other figures
           BillVoided         a bill that is booked was made void
           SecondBill         a list that was billed is billed again under another number
           CoverChanged       a display line is covered with other pieces or another levy
           DischargeChanged   a document of customs came again with other pieces
           TooManyDischarged  a display line has not so many pieces undischarged

The words for people are in ``templates/messages/tax.*.txt``.
"""

from datetime import date

from kernel.errors import Malformed, NotFound, Refusal


class TaxFigureInvalid(Malformed):
    """A price, freight or quantity is outside what can be taxed; nothing was computed."""

    code = "tax_figure_invalid"

    def __init__(self, *, figure: str, value: int) -> None:
        super().__init__(figure=figure, value=value)


class MeasureMissing(Malformed):
    """The code's tax class depends on the price per ml, g or piece, which is not known."""

    code = "measure_missing"

    def __init__(self, *, gnum: int, hs_code: str) -> None:
        super().__init__(gnum=gnum, hs_code=hs_code)


class QuestionUnread(Malformed):
    """A tax question has a figure that is missing, unknown or of the wrong kind, at ``place``."""

    code = "tax_question_unread"

    def __init__(self, *, place: str) -> None:
        super().__init__(place=place)


class TariffMissing(NotFound):
    """No rates are on file for a code on a day; nothing can be quoted."""

    code = "tariff_missing"

    def __init__(self, *, hs_code: str, on: date) -> None:
        super().__init__(hs_code=hs_code, on=on.isoformat())


class BillNotHeard(NotFound):
    """Customs has not billed the list yet; nothing was taken off it."""

    code = "tax_bill_not_heard"

    def __init__(self, *, list_id: int) -> None:
        super().__init__(list_id=list_id)


class SlipUnknown(NotFound):
    """No tax bill is on a payment slip of that number; nothing was restored."""

    code = "tax_slip_unknown"

    def __init__(self, *, duty_no: str) -> None:
        super().__init__(duty_no=duty_no)


class VersionUnknown(NotFound):
    """No version of tariff or positive list has that number."""

    code = "tariff_version_unknown"

    def __init__(self, *, version_no: int) -> None:
        super().__init__(version_no=version_no)


class VersionsUnlike(Refusal):
    """One version is a tariff, the other a positive list: nothing to compare."""

    code = "tariff_versions_unlike"

    def __init__(self, *, old_no: int, new_no: int) -> None:
        super().__init__(old_no=old_no, new_no=new_no)


class VersionEmpty(Refusal):
    """A version without a row would take every offer down; it was not taken in."""

    code = "tariff_version_empty"

    def __init__(self, *, kind: str) -> None:
        super().__init__(kind=kind)


class PositiveListFirst(Refusal):
    """A tariff says nothing of what may be sold: a positive list must be there before it."""

    code = "positive_list_first"


class NotOnPositiveList(Refusal):
    """The code is not on the retail-import list on that day."""

    code = "not_on_positive_list"

    def __init__(self, *, hs_code: str) -> None:
        super().__init__(hs_code=hs_code)


class OverSingleLimit(Refusal):
    """The order is above the single-purchase limit and is more than one piece."""

    code = "over_single_limit"

    def __init__(self, *, value_fen: int, limit_fen: int, pieces: int) -> None:
        super().__init__(value_fen=value_fen, limit_fen=limit_fen, pieces=pieces)


class OverYearLimit(Refusal):
    """The order would take the person past the year's limit; none of it was counted."""

    code = "over_year_limit"

    def __init__(self, *, value_fen: int, used_fen: int, limit_fen: int) -> None:
        left_fen = max(0, limit_fen - used_fen)
        super().__init__(
            value_fen=value_fen, used_fen=used_fen, limit_fen=limit_fen, left_fen=left_fen
        )


class OverWeightLimit(Refusal):
    """The order would take the person past a year's weight of one kind; none was counted."""

    code = "over_weight_limit"

    def __init__(self, *, kind: str, net_e5: int, used_e5: int, limit_e5: int) -> None:
        left_e5 = max(0, limit_e5 - used_e5)
        super().__init__(
            kind=kind, net_e5=net_e5, used_e5=used_e5, limit_e5=limit_e5, left_e5=left_e5
        )


class GuaranteeExhausted(Refusal):
    """No guarantee of the purpose in force has room for the amount; nothing was held."""

    code = "guarantee_exhausted"

    def __init__(self, *, purpose: str, amount_fen: int, document: str = "") -> None:
        super().__init__(purpose=purpose, amount_fen=amount_fen, document=document)
        self.purpose, self.amount_fen, self.document = purpose, amount_fen, document


class HoldMissing(Refusal):
    """The document holds nothing under a guarantee, so nothing can be used or restored."""

    code = "hold_missing"

    def __init__(self, *, document: str) -> None:
        super().__init__(document=document)


class BillChanged(Refusal):
    """A tax bill came again under its number with other figures; the first one stands."""

    code = "tax_bill_changed"

    def __init__(self, *, invt_no: str, tax_no: str) -> None:
        super().__init__(invt_no=invt_no, tax_no=tax_no)


class BillVoided(Refusal):
    """Customs made a bill void that is booked as issued; it stands until a person undoes it."""

    code = "tax_bill_voided"

    def __init__(self, *, invt_no: str, tax_no: str) -> None:
        super().__init__(invt_no=invt_no, tax_no=tax_no)


class SecondBill(Refusal):
    """A list that has its tax bill is billed under another number; the first one stands."""

    code = "tax_bill_second"

    def __init__(self, *, invt_no: str, tax_no: str, stands: str) -> None:
        super().__init__(invt_no=invt_no, tax_no=tax_no, stands=stands)


class CoverUnknown(NotFound):
    """No levy is held for that line of a display application; nothing was set free."""

    code = "display_cover_unknown"

    def __init__(self, *, application_no: str, gnum: int) -> None:
        super().__init__(application_no=application_no, gnum=gnum)


class CoverChanged(Refusal):
    """The line is covered with other pieces or another levy; the first cover stands."""

    code = "display_cover_changed"

    def __init__(self, *, application_no: str, gnum: int) -> None:
        super().__init__(application_no=application_no, gnum=gnum)


class DischargeChanged(Refusal):
    """A document of customs came again with other pieces; the first one stands."""

    code = "display_discharge_changed"

    def __init__(self, *, document_no: str, pieces: int) -> None:
        super().__init__(document_no=document_no, pieces=pieces)


class TooManyDischarged(Refusal):
    """The line has not so many pieces undischarged; nothing was set free."""

    code = "display_discharge_too_many"

    def __init__(self, *, application_no: str, gnum: int, pieces: int) -> None:
        super().__init__(application_no=application_no, gnum=gnum, pieces=pieces)
