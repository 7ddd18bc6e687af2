"""Sum the tax bills of a period on a slip, tell of it by CEB818, take the payment.

A bill enters a slip from day 31 after the release on and falls due on day 45 (reference,
section 8 of the rules; K); what came back meanwhile is not collected.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from decimal import Decimal

from simulators import clock
from simulators.books import Books, next_serial
from simulators.customs.after import guarantees
from simulators.customs.receipts import Addressee, Planned, Receipts
from simulators.customs.tax import TAXES
from simulators.daemon import Refused, china_now, log

PAYABLE_AFTER_DAYS, DUE_DAYS = 30, 45
SUMMARISED, VOID = "2", "3"
_BILLS = (
    "SELECT b.*, d.dxp_id, d.invt_no, d.cop_no, d.order_no, d.released_ms, d.codes"
    " FROM tax_bill b JOIN declaration_list d ON d.id = b.list_id WHERE "
)

_ANY = (
    "SELECT 1 FROM declaration_list d WHERE d.released_ms <= ? AND EXISTS (SELECT 1 FROM tax_bill b"
    " WHERE b.list_id = d.id AND b.status = '1' AND b.return_time IS NOT NULL) LIMIT 1"
)


def told(conn: sqlite3.Connection, receipts: Receipts, list_id: int) -> None:
    """Queue the CEB818 that tells the present status of a list's bill."""
    row = conn.execute(f"{_BILLS} b.list_id = ?", (list_id,)).fetchone()
    head = {
        "invtNo": row["invt_no"],
        "taxNo": row["tax_no"],
        "status": row["status"],
        "entDutyNo": row["slip_no"] or "",
        "assureCode": json.loads(row["codes"])["assureCode"],
    }
    about = {"orderNo": row["order_no"], "copNo": row["cop_no"]}
    to = Addressee(row["dxp_id"], "CEB621", about, row["cop_no"])
    receipts.queue(conn, to, [Planned("CEB818", row["status"], head)], list_id=list_id)


class Periods:
    """The tax desk: call ``step`` again and again."""

    def __init__(self, books: Books, receipts: Receipts) -> None:
        self._books = books
        self._receipts = receipts

    def step(self) -> None:
        """Put every bill that became payable on a slip of its guarantee."""
        ripe = clock.now_ms() - PAYABLE_AFTER_DAYS * clock.DAY_MS
        wanted = "b.status = '1' AND b.return_time IS NOT NULL AND d.released_ms <= ?"
        if not self._books.rows(_ANY, ripe):
            return
        with self._books.write() as conn:
            by_code: dict[str, list[sqlite3.Row]] = {}
            for row in conn.execute(f"{_BILLS} {wanted} ORDER BY b.list_id", (ripe,)).fetchall():
                by_code.setdefault(json.loads(row["codes"])["assureCode"], []).append(row)
            for assure_code, rows in sorted(by_code.items()):
                self._summarise(conn, assure_code, rows)

    def _summarise(
        self, conn: sqlite3.Connection, assure_code: str, rows: list[sqlite3.Row]
    ) -> None:
        office = json.loads(rows[0]["codes"])["customsCode"]
        slip_no = f"{office}{china_now():%Y%m%d}D{next_serial(conn, 'duty_slip'):08d}"
        sums = _sums(conn, rows)
        due = min(row["released_ms"] for row in rows) + DUE_DAYS * clock.DAY_MS
        conn.execute(
            "INSERT INTO duty_slip VALUES (?, ?, ?, ?, ?, ?, NULL)",
            (slip_no, assure_code, *map(str, sums), due),
        )
        for row in rows:
            conn.execute(
                "UPDATE tax_bill SET status = ?, slip_no = ? WHERE list_id = ?",
                (SUMMARISED, slip_no, row["list_id"]),
            )
            told(conn, self._receipts, row["list_id"])
        log("duty slip", slip_no=slip_no, bills=len(rows))

    def slips(self) -> list[dict[str, object]]:
        """Return every slip with its sums in fen and its state: open, overdue or paid."""
        return [_said(row) for row in self._books.rows("SELECT * FROM duty_slip ORDER BY slip_no")]

    def pay(self, slip_no: str, amount_fen: int) -> dict[str, object]:
        """Take the payment of a whole slip and restore its guarantee.

        Raises ``Refused``: 404 slip_not_found, 409 already_paid or amount_differs.
        """
        with self._books.write() as conn:
            row = conn.execute("SELECT * FROM duty_slip WHERE slip_no = ?", (slip_no,)).fetchone()
            if row is None:
                raise Refused(404, "slip_not_found", "no slip has this number")
            if row["paid_ms"] is not None:
                raise Refused(409, "already_paid", "this slip is paid")
            due = guarantees.total(row)
            if int(due * 100) != amount_fen:
                raise Refused(409, "amount_differs", f"{int(due * 100)} fen are due")
            paid = conn.execute(
                "UPDATE duty_slip SET paid_ms = ? WHERE slip_no = ? RETURNING *",
                (clock.now_ms(), slip_no),
            ).fetchone()
            guarantees.move(conn, row["assure_code"], "restore", document=slip_no, amount=-due)
        return _said(paid)


def _sums(conn: sqlite3.Connection, rows: Iterable[sqlite3.Row]) -> list[Decimal]:
    """Return the three taxes of some bills, less the tax of what came back."""
    sums = dict.fromkeys(TAXES, Decimal(0))
    for bill in rows:
        back = conn.execute(
            "SELECT l.* FROM goods_return_line l JOIN goods_return r ON r.id = l.return_id"
            " WHERE r.list_id = ?",
            (bill["list_id"],),
        ).fetchall()
        for name in TAXES:
            returned = sum((Decimal(line[name]) for line in back), Decimal(0))
            sums[name] += Decimal(bill[name]) - returned
    return [sums[name] for name in TAXES]


def _said(row: sqlite3.Row) -> dict[str, object]:
    overdue = row["paid_ms"] is None and clock.now_ms() > row["due_ms"]
    state = "paid" if row["paid_ms"] is not None else "overdue" if overdue else "open"
    return {
        "slip_no": row["slip_no"],
        "assure_code": row["assure_code"],
        "due_ms": row["due_ms"],
        "state": state,
        **{f"{name}_fen": int(Decimal(row[name]) * 100) for name in TAXES},
    }
