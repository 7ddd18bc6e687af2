"""Decide how the tax bill CEB816 and its change CEB818 are read: customs' truth about tax.

Recorded bills carry elements that the schema lacks; reading is lenient, amounts are exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bonded_display.customs.errors import MailMalformed
from bonded_display.customs.messages.receipts import Receipt, ReceiptShape
from bonded_display.customs.messages.table import Element, Message, Node
from kernel.errors import Malformed
from kernel.money import parse_yuan

_BILL = (
    Element("guid", "C36", "Y", "The port's record id"),
    Element("returnTime", "C17", "Y", "Customs' own time YYYYMMDDhhmmssmmm"),
    Element("invtNo", "C..18", "Y", "List number given by customs"),
    Element("taxNo", "C..50", "Y", "Number of the tax bill"),
)
_TAXES = (
    Element("customsTax", "N19,5", "Y", "Customs duty, yuan"),
    Element("valueAddedTax", "N19,5", "Y", "Import VAT, yuan"),
    Element("consumptionTax", "N19,5", "Y", "Consumption tax, yuan"),
)
_STATUS = Element("status", "C1", "Y", "1 made, 2 summarised, 3 void")
_DUTY_NO = Element("entDutyNo", "C..50", "-", "Number of the summary tax document")
_ASSURE_CODE = Element("assureCode", "C..64", "-", "Company whose guarantee is used")

BILL_HEAD = Node(
    "TaxHeadRd",
    (
        *_BILL,
        *_TAXES,
        _STATUS,
        _DUTY_NO,
        Element("note", "C..1000", "-", "Free text"),
        _ASSURE_CODE,
        Element("ebcCode", "C..64", "-", "Merchant customs code"),
        Element("logisticsCode", "C..64", "-", "Logistics company customs code"),
        Element("agentCode", "C..18", "-", "Declaring company code"),
        Element("customsCode", "C4", "-", "Customs office that takes the declaration"),
    ),
)
BILL_LIST = Node(
    "TaxListRd",
    (
        Element("gnum", "int", "Y", "Line number of the list"),
        Element("gcode", "C10", "Y", "10-digit tariff code"),
        Element("taxPrice", "N19,5", "Y", "Dutiable value of the line, yuan"),
        *_TAXES,
    ),
)
CHANGE_HEAD = Node("TaxHeadStatus", (*_BILL, _STATUS, _DUTY_NO, _ASSURE_CODE))

CEB816 = Message(
    about="Customs tells the tax of one list: a tax bill.",
    root="CEB816Message",
    node="Tax",
    head=BILL_HEAD,
    lines=BILL_LIST,
    most=None,
)
CEB818 = Message(
    about="Customs tells what became of a tax bill.",
    root="CEB818Message",
    node="Tax",
    head=CHANGE_HEAD,
    most=None,
)

SHAPE_816 = ReceiptShape(CEB816, keys=("invtNo", "taxNo"))
SHAPE_818 = ReceiptShape(CEB818, keys=("invtNo", "taxNo"))
"""A bill was summarised (status 2, with ``entDutyNo``) or void (3); it carries no amount."""


@dataclass(frozen=True)
class BillLine:
    """Customs' tax on one line of the list, fen."""

    gnum: int
    hs_code: str
    value_fen: int
    customs_fen: int
    vat_fen: int
    consumption_fen: int


@dataclass(frozen=True)
class TaxBill:
    """Customs' tax on one list, fen."""

    invt_no: str
    tax_no: str
    status: str
    """1 made, 2 summarised, 3 void."""
    customs_fen: int
    vat_fen: int
    consumption_fen: int
    assure_code: str
    lines: tuple[BillLine, ...]


@dataclass(frozen=True)
class BillChange:
    """What became of a bill."""

    invt_no: str
    tax_no: str
    status: str
    """2 summarised, 3 void."""
    duty_no: str
    """Number of the summary tax document; empty while there is none."""


def change_of(found: Receipt) -> BillChange:
    """Return the change of a bill that a receipt carries."""
    return BillChange(
        invt_no=found.fields["invtNo"],
        tax_no=found.fields.get("taxNo", ""),
        status=str(found.status),
        duty_no=found.fields.get("entDutyNo", ""),
    )


def bill_of(found: Receipt) -> TaxBill:
    """Return the bill that a receipt carries; ``MailMalformed`` when an amount is no whole fen."""
    fields = found.fields
    return TaxBill(
        invt_no=fields["invtNo"],
        tax_no=fields.get("taxNo", ""),
        status=str(found.status),
        customs_fen=_fen(fields, "customsTax"),
        vat_fen=_fen(fields, "valueAddedTax"),
        consumption_fen=_fen(fields, "consumptionTax"),
        assure_code=fields.get("assureCode", ""),
        lines=tuple(_line(line) for line in found.lines),
    )


def _line(fields: Mapping[str, str]) -> BillLine:
    gnum = fields.get("gnum", "")
    if not (gnum.isascii() and gnum.isdigit()):
        raise MailMalformed(reason="bill_line", detail="gnum")
    return BillLine(
        gnum=int(gnum),
        hs_code=fields.get("gcode", ""),
        value_fen=_fen(fields, "taxPrice"),
        customs_fen=_fen(fields, "customsTax"),
        vat_fen=_fen(fields, "valueAddedTax"),
        consumption_fen=_fen(fields, "consumptionTax"),
    )


def _fen(fields: Mapping[str, str], name: str) -> int:
    try:
        return parse_yuan(fields.get(name, ""))
    except Malformed as error:
        raise MailMalformed(reason="bill_amount", detail=name) from error
