"""Decide whether the books of stock agree with each other; every difference is told.

What to do about one is a person's decision: a counter-movement with its own document.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Difference:
    """Two figures that must be equal and are not."""

    control: str
    account_book_item_id: int
    expected: int
    found: int


_CONTROLS = {
    "lots = on hand": """
SELECT a.account_book_item_id, a.on_hand, COALESCE((
  SELECT SUM(l.qty) FROM lot l WHERE l.warehouse_id = a.warehouse_id AND l.status = a.status
     AND l.account_book_item_id = a.account_book_item_id), 0) FROM availability a""",
    "reservations = held": """
SELECT a.account_book_item_id, a.held, COALESCE((
  SELECT SUM(r.qty) FROM reservation r WHERE r.state IN ('reserved', 'allocated')
     AND r.warehouse_id = a.warehouse_id
     AND r.account_book_item_id = a.account_book_item_id), 0) FROM availability a
 WHERE a.status = 'bonded'""",
    "movements = on hand": """
SELECT a.account_book_item_id, a.on_hand, COALESCE((
  SELECT SUM(m.qty) FROM movement m JOIN lot l ON l.id = m.lot_id AND l.status = a.status
   WHERE m.warehouse_id = a.warehouse_id
     AND m.account_book_item_id = a.account_book_item_id), 0) FROM availability a""",
    "documents = book": """
SELECT b.account_book_item_id, b.entered - b.pre_deducted - b.deducted + b.returned, COALESCE((
  SELECT SUM(CASE WHEN d.figure IN ('entered', 'returned') THEN d.qty ELSE -d.qty END)
    FROM book_deduction d
   WHERE d.account_book_item_id = b.account_book_item_id), 0) FROM account_book_balance b""",
}


def differences(conn: Connection) -> list[Difference]:
    """Return every difference between levels, lots, reservations, movements and book."""
    found: list[Difference] = []
    for control, query in _CONTROLS.items():
        for item, expected, counted in conn.execute(text(query)):
            if expected != counted:
                found.append(Difference(control, item, expected, int(counted)))
    return found
