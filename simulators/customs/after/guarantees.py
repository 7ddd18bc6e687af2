"""Keep both guarantees: what stands against each assureCode, by which document.

Retail tax is used by the bill and restored by the payment; display is held by the application
and restored piece by piece.  Without a file of guarantees none is asked for, all is booked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from decimal import Decimal

from simulators.customs.after import sums
from simulators.customs.checks import demand
from simulators.customs.tariff import Guarantee
from simulators.customs.tax import TAXES

RETAIL_TAX, DISPLAY = "retail_tax", "display"
Guarantees = Mapping[str, Guarantee]


def used(conn: sqlite3.Connection, assure_code: str) -> Decimal:
    """Return what stands against a guarantee, in CNY."""
    return sums.read(conn, f"guarantee/{assure_code}")


def _to_come(conn: sqlite3.Connection, assure_code: str) -> Decimal:
    """Return the tax of taken lists whose bill has not gone out yet."""
    rows = conn.execute(
        "SELECT b.* FROM tax_bill b JOIN declaration_list d ON d.id = b.list_id"
        " WHERE b.return_time IS NULL AND b.status = '1'"
        " AND d.state NOT IN ('cancelled', 'returned_out')"
        " AND json_extract(d.codes, '$.assureCode') = ?",
        (assure_code,),
    )
    return sum((total(row) for row in rows), Decimal(0))


def total(row: sqlite3.Row) -> Decimal:
    """Return the three taxes of a row together."""
    return sum((Decimal(row[name]) for name in TAXES), Decimal(0))


def demand_covered(
    conn: sqlite3.Connection,
    guarantees: Guarantees | None,
    assure_code: str,
    *,
    purpose: str,
    due: Decimal,
) -> None:
    """Refuse ``due`` on an unknown or exhausted guarantee; raises ``Refusal``."""
    if guarantees is None:
        return
    found = guarantees.get(assure_code)
    demand(found is not None and found.purpose == purpose, "担保企业未备案该项担保")
    if found is not None:
        left = found.limit - used(conn, assure_code) - _to_come(conn, assure_code)
        demand(due <= left, f"担保额度不足:余{left}元,需{due}元")


def move(
    conn: sqlite3.Connection, assure_code: str, kind: str, *, document: str, amount: Decimal
) -> None:
    """Book ``amount`` (negative: given back) against a guarantee, once a document and kind."""
    known = conn.execute(
        "INSERT INTO guarantee_movement VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (assure_code, kind, document, str(amount)),
    )
    if known.rowcount == 1:
        sums.add(conn, f"guarantee/{assure_code}", amount)


def use_by_bill(conn: sqlite3.Connection, list_id: int) -> None:
    """Book the tax of a bill that went out against the guarantee that its list names."""
    row = conn.execute(
        "SELECT b.*, json_extract(d.codes, '$.assureCode') AS assure_code FROM tax_bill b"
        " JOIN declaration_list d ON d.id = b.list_id WHERE b.list_id = ?",
        (list_id,),
    ).fetchone()
    move(conn, row["assure_code"], "use", document=row["tax_no"], amount=total(row))
