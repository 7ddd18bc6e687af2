"""Keep the balance of each account-book item: entered - pre-deducted - deducted + returned.

Each movement names its document.  What enters the zone stands in the file of filed items.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from decimal import Decimal

from simulators.customs.after import sums
from simulators.customs.checks import Texts, amount, demand
from simulators.customs.tariff import BookItem

Items = Mapping[tuple[str, str], BookItem]
KINDS = ("pre_deducted", "deducted", "returned")


def moved(conn: sqlite3.Connection, account_book_no: str, item: str) -> dict[str, Decimal]:
    """Return what was pre-deducted, deducted and returned of one item, in deal units."""
    return {kind: sums.read(conn, f"{account_book_no}/{item}/{kind}") for kind in KINDS}


def balance(entered: Decimal, so_far: Mapping[str, Decimal]) -> Decimal:
    """Return what is left in the zone."""
    return entered - so_far["pre_deducted"] - so_far["deducted"] + so_far["returned"]


def demand_covered(
    conn: sqlite3.Connection, items: Items | None, account_book_no: str, lines: Sequence[Texts]
) -> None:
    """Refuse a list that takes more of an item than is left; raises ``Refusal``."""
    wanted: dict[str, Decimal] = {}
    for line in lines:
        name = line["itemRecordNo"]
        wanted[name] = wanted.get(name, Decimal(0)) + amount(line, "qty")
    for name, qty in wanted.items():
        item = (items or {}).get((account_book_no, name))
        if item is not None and item.entered_qty is not None:
            left = balance(item.entered_qty, moved(conn, account_book_no, name))
            demand(qty <= left, f"账册料号{name}余量不足:余{left},本单{qty}")


def move(
    conn: sqlite3.Connection, row: sqlite3.Row, kind: str, *, document: str, qty: Decimal
) -> None:
    """Write a movement of the item of ``row`` (a list's line with its book) once a document."""
    known = conn.execute(
        "INSERT INTO book_movement VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (row["ems_no"], row["item_record_no"], kind, document, str(qty)),
    )
    if known.rowcount == 1:
        sums.add(conn, f"{row['ems_no']}/{row['item_record_no']}/{kind}", qty)


def lines_of(conn: sqlite3.Connection, list_id: int) -> list[sqlite3.Row]:
    """Return the lines of a list, each with the account book it stands in."""
    return conn.execute(
        "SELECT l.*, d.ems_no, d.invt_no FROM list_line l JOIN declaration_list d"
        " ON d.id = l.list_id WHERE l.list_id = ? ORDER BY l.gnum",
        (list_id,),
    ).fetchall()


def pre_deduct(conn: sqlite3.Connection, list_id: int) -> None:
    """Set the goods of a taken list aside."""
    for row in lines_of(conn, list_id):
        document = f"{row['invt_no']}/{row['gnum']}"
        move(conn, row, "pre_deducted", document=document, qty=Decimal(row["qty"]))


def undo_pre_deduction(conn: sqlite3.Connection, list_id: int, document: str) -> None:
    """Give back what a list set aside: it was withdrawn, or has left by the gate."""
    for row in lines_of(conn, list_id):
        qty = -Decimal(row["qty"])
        move(conn, row, "pre_deducted", document=f"{document}/{row['gnum']}", qty=qty)


def pass_gate(conn: sqlite3.Connection, list_id: int, pass_no: str) -> None:
    """Deduct the goods of a list that left by the gate on ``pass_no``, once."""
    gone = conn.execute(
        "UPDATE declaration_list SET exit_pass_no = ? WHERE id = ? AND exit_pass_no IS NULL",
        (pass_no, list_id),
    )
    if gone.rowcount == 1:
        undo_pre_deduction(conn, list_id, f"{pass_no}/{list_id}")
        for line in lines_of(conn, list_id):
            document = f"{pass_no}/{line['invt_no']}/{line['gnum']}"
            move(conn, line, "deducted", document=document, qty=Decimal(line["qty"]))
