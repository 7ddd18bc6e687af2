"""Decide how the tax bill CEB816 is read: customs' truth about the tax of one list.

Recorded bills carry elements that the schema lacks; reading is lenient, amounts are exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from bonded_display.customs.errors import MailMalformed
from bonded_display.customs.messages.receipts import Receipt, ReceiptShape, receipt
from bonded_display.customs.messages.table import CEB
from bonded_display.customs.messages.xml import texts
from kernel.errors import Malformed
from kernel.money import parse_yuan

SHAPE_816 = ReceiptShape(root="CEB816Message", node="Tax", keys=("invtNo", "taxNo"))


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


def read_816(root: etree._Element) -> list[Receipt]:
    """Return the bills in ``root`` as receipts; ``bill_of`` opens one."""
    nodes = root.findall(f"{{{CEB}}}Tax")
    if not nodes:
        raise MailMalformed(reason="receipt_empty", detail="Tax")
    return [_read(node) for node in nodes]


def _read(node: etree._Element) -> Receipt:
    head = node.find(f"{{{CEB}}}TaxHeadRd")
    if head is None:
        raise MailMalformed(reason="head_missing", detail="TaxHeadRd")
    lines = tuple(texts(line) for line in node.findall(f"{{{CEB}}}TaxListRd"))
    found = receipt(SHAPE_816, texts(head), lines=lines)
    bill_of(found)
    return found


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
