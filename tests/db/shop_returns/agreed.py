"""Decide how the tests of goods returns say that all books agree."""

from bonded_display.stock.controls import differences
from kernel import db
from shop.finance.controls import totals
from tests.db.shop.unwinding import parked


def agreed() -> bool:
    """Say whether every control of stock and money agrees, and nobody has to look at anything."""
    with db.read() as conn:
        wrong = [total.control.key for total in totals(conn) if not total.agrees]
        return (differences(conn), wrong, parked()) == ([], [], [])
