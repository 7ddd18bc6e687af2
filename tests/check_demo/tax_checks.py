"""Check the tax: customs' bill by the formula to the fen, our quote within a fen a tax.

The formula is ``tax``'s.
"""

from collections.abc import Iterator
from decimal import Decimal

from tests.check_demo.findings import Difference, check
from tests.check_demo.folder import Demo
from tests.check_demo.receipts import tax_bill
from tests.check_demo.tax import LineTax, tax

KINDS = ("customsTax", "consumptionTax", "valueAddedTax")
CENT = Decimal("0.01")


def _due(demo: Demo) -> list[LineTax]:
    declared = demo.document("CEB621")
    return tax(declared.head, declared.lines)


@check("tax_bill_lines")
def tax_bill_lines(demo: Demo) -> Iterator[Difference]:
    """Each line of the bill is what the formula gives for the list's line."""
    due, billed = _due(demo), tax_bill(demo).lines
    if [one.gnum for one in due] != [line["gnum"] for line in billed]:
        yield Difference("lines", [one.gnum for one in due], "-", len(billed))
        return
    for one, line in zip(due, billed, strict=True):
        wanted = (one.gcode, one.value, *one.kinds)
        found = (line["gcode"], *(line.number(name) for name in ("taxPrice", *KINDS)))
        for name, right, said in zip(("gcode", "taxPrice", *KINDS), wanted, found, strict=True):
            if right != said:
                yield Difference(f"CEB816 gnum {one.gnum} {name}", right, "-", said)


@check("tax_bill_head")
def tax_bill_head(demo: Demo) -> Iterator[Difference]:
    """The bill's head is the sum of the formula's lines; it is made, for our parties."""
    head = tax_bill(demo).said
    sums = [
        sum(taxes, Decimal(0)) for taxes in zip(*(one.kinds for one in _due(demo)), strict=True)
    ]
    for name, right in zip(KINDS, sums, strict=True):
        if head.number(name) != right:
            yield Difference(f"CEB816 {name}", right, "-", head[name])
    if head["status"] != "1":
        yield Difference("CEB816 status", "1", "-", head["status"])
    ours = demo.document("CEB621").head
    for name in ("assureCode", "ebcCode", "logisticsCode", "agentCode", "customsCode"):
        if name in head and head[name] != ours[name]:
            yield Difference(f"CEB816 {name}", "the list's", ours[name], head[name])


@check("tax_quote")
def tax_quote(demo: Demo) -> Iterator[Difference]:
    """What we took from the shopper is the bill, within a fen for each tax of a line."""
    quoted = demo.document("CEB311").head.number("taxTotal")
    billed = sum((tax_bill(demo).said.number(name) for name in KINDS), Decimal(0))
    taxes = sum(1 for one in _due(demo) for amount in one.kinds if amount)
    if abs(quoted - billed) > CENT * taxes:
        yield Difference("taxTotal", f"within {CENT * taxes} of the bill", quoted, billed)
