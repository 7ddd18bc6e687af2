"""Decide how the tax bill CEB816 and its change CEB818 are read: customs' truth about tax.

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
SHAPE_818 = ReceiptShape(root="CEB818Message", node="Tax", keys=("invtNo", "taxNo"))
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


def read_816(root: etree._Element) -> list[Receipt]:
    """Return the bills in ``root`` as receipts; ``bill_of`` opens one."""
    return [_read(node) for node in _nodes(root)]


def read_818(root: etree._Element) -> list[Receipt]:
    """Return the changes of bills in ``root`` as receipts; ``change_of`` opens one."""
    return [receipt(SHAPE_818, texts(_head(node, "TaxHeadStatus"))) for node in _nodes(root)]


def _nodes(root: etree._Element) -> list[etree._Element]:
    nodes = root.findall(f"{{{CEB}}}Tax")
    if not nodes:
        raise MailMalformed(reason="receipt_empty", detail="Tax")
    return nodes


def _head(node: etree._Element, name: str) -> etree._Element:
    head = node.find(f"{{{CEB}}}{name}")
    if head is None:
        raise MailMalformed(reason="head_missing", detail=name)
    return head


def _read(node: etree._Element) -> Receipt:
    head = _head(node, "TaxHeadRd")
    lines = tuple(texts(line) for line in node.findall(f"{{{CEB}}}TaxListRd"))
    found = receipt(SHAPE_816, texts(head), lines=lines)
    bill_of(found)
    return found


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
