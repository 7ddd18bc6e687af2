"""Check the ledger in itself: its form, its figures, that each posting balances.

The clearing leg against what was paid is ``amounts``'s.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from tests.check_demo.findings import Difference, check
from tests.check_demo.folder import BOM, Demo
from tests.check_demo.receipts import tax_bill

FEWEST_ENTRIES = 8
KINDS = ("captured", "tax_billed", "signed_for")
TAXES = ("customsTax", "valueAddedTax", "consumptionTax")


@check("ledger_form")
def ledger_form(demo: Demo) -> Iterator[Difference]:
    """UTF-8 with its mark, lines end as the form says, debit and credit say the amount."""
    data = demo.raw("ledger.csv")
    if not data.startswith(BOM):
        yield Difference("start of file", BOM.hex(), data[:3].hex())
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    if data.count(b"\r\n") != data.count(b"\n") or data.count(b"\r\n") < len(rows):
        yield Difference("ends of lines", "CR LF", "others")
    for row in demo.ledger:
        amount = Decimal(int(row["amount_fen"])) / 100
        shown = Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0)
        if shown != amount or amount == 0 or "-" in row["debit"] + row["credit"]:
            place = f"posting {row['posting_id']} gnum {row['gnum']}"
            yield Difference(place, f"debit - credit = {amount}, not 0", shown)


@check("ledger_entries")
def ledger_entries(demo: Demo) -> Iterator[Difference]:
    """The whole way was posted, each entry once."""
    if len(demo.ledger) < FEWEST_ENTRIES:
        yield Difference("entries", f"{FEWEST_ENTRIES} or more", len(demo.ledger))
    for kind in KINDS:
        if all(row["kind"] != kind for row in demo.ledger):
            yield Difference("kind of posting", kind, "none")
    keys = [(row["posting_id"], row["gnum"]) for row in demo.ledger]
    if len(set(keys)) != len(keys):
        yield Difference("posting and gnum", "each once", "some twice")


@check("ledger_balance")
def ledger_balance(demo: Demo) -> Iterator[Difference]:
    """Every posting sums to nought by itself."""
    sums: defaultdict[str, int] = defaultdict(int)
    for row in demo.ledger:
        sums[row["posting_id"]] += int(row["amount_fen"])
    for posting, fen in sums.items():
        if fen:
            yield Difference(f"posting {posting} in fen", 0, fen)


@check("ledger_tax")
def ledger_tax(demo: Demo) -> Iterator[Difference]:
    """The tax bill is posted by the figure of customs, the quote by ours."""
    bill = tax_bill(demo).said
    billed = sum((bill.number(name) for name in TAXES), Decimal(0)) * 100
    quoted = demo.document("CEB311").head.number("taxTotal") * 100
    legs = [int(row["amount_fen"]) for row in demo.ledger if row["kind"] == "tax_billed"]
    debits = sum(fen for fen in legs if fen > 0)
    if debits != max(quoted, billed):
        yield Difference("debits of tax_billed in fen", max(quoted, billed), debits, billed)
