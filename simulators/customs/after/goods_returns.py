"""Judge a goods return (CEB625), give limit, book and tax of what comes back.

Within 30 days of the release; all or part of a list, each line at most what is left of it
(reference, section 6).  Answers are composed by ``receipts``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from simulators import clock
from simulators.ceb import Record
from simulators.customs.after import account_book, guarantees, weights
from simulators.customs.after.withdrawals import Found, list_of
from simulators.customs.checks import Texts, amount, demand
from simulators.customs.documents import Documents
from simulators.customs.tax import TAXES, to_fen

APPLY_WITHIN_DAYS = 30


def returned_before(conn: sqlite3.Connection, list_id: int, gnum: int) -> Decimal:
    """Return how much of a line came back so far."""
    rows = conn.execute(
        "SELECT l.qty FROM goods_return_line l JOIN goods_return r ON r.id = l.return_id"
        " WHERE r.list_id = ? AND l.gnum = ?",
        (list_id, gnum),
    )
    return sum((Decimal(row["qty"]) for row in rows), Decimal(0))


class GoodsReturns:
    """The desk for CEB625."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def judge(self, conn: sqlite3.Connection, record: Record) -> Found:
        """Return the list whose goods come back; raises ``Refusal``."""
        demand(record.lines, "退货申请单无表体", code="-625006")
        found = list_of(conn, self._documents, record, missing="100")
        self._documents.refuse_twin(conn, "CEB625", record.head)
        demand(found.row["state"] == "released", f"清单未放行:{found.row['state']}")
        age_ms = clock.now_ms() - (found.row["released_ms"] or 0)
        demand(age_ms <= APPLY_WITHIN_DAYS * clock.DAY_MS, f"超过放行之日起{APPLY_WITHIN_DAYS}日")
        listed = {int(line["gnum"]): line for line in found.lines}
        numbers = [int(line["gnum"]) for line in record.lines]
        demand(len(set(numbers)) == len(numbers), "退货商品项号重复")
        for line in record.lines:
            _judge_line(conn, found, listed.get(int(line["gnum"])), line)
        return found

    def grant(
        self, conn: sqlite3.Connection, found: Found, record: Record, numbers: Mapping[str, str]
    ) -> bool:
        """Write the return down with what it gives back; return whether nothing is left to tax."""
        list_id, head = found.id, record.head
        bill = {
            row["gnum"]: row
            for row in conn.execute("SELECT * FROM tax_line WHERE list_id = ?", (list_id,))
        }
        parts = [_part(conn, found, bill[int(line["gnum"])], line) for line in record.lines]
        return_id = int(
            conn.execute(
                "INSERT INTO goods_return (list_id, cop_no, pre_no, value, is_whole, at_ms)"
                " VALUES (?, ?, ?, ?, 0, ?) RETURNING id",
                (
                    list_id,
                    head["copNo"],
                    numbers["preNo"],
                    str(sum((part.value for part in parts), Decimal(0))),
                    clock.now_ms(),
                ),
            ).fetchone()[0]
        )
        conn.executemany(
            "INSERT INTO goods_return_line VALUES (?, ?, ?, ?, ?, ?)",
            [(return_id, part.gnum, str(part.qty), *map(str, part.taxes)) for part in parts],
        )
        _give_back(conn, found, parts, return_id)
        return _close_when_whole(conn, found, return_id)


@dataclass(frozen=True)
class Part:
    """What of one line comes back: quantity, dutiable value and the three taxes in CNY."""

    gnum: int
    qty: Decimal
    value: Decimal
    taxes: tuple[Decimal, ...]


def _judge_line(conn: sqlite3.Connection, found: Found, listed: Texts | None, line: Texts) -> None:
    where = f"第{line['gnum']}项"
    fits = listed is not None and listed["gcode"] == line["gcode"]
    demand(fits, f"{where}不在原清单中", code="-625209")
    if listed is not None:
        demand(listed["unit"] == line["unit"], f"{where}计量单位与原清单不一致")
        qty = amount(line, "qty")
        left = amount(listed, "qty") - returned_before(conn, found.id, int(line["gnum"]))
        demand(0 < qty <= left, f"{where}退货数量超过可退数量{left}")


def _part(conn: sqlite3.Connection, found: Found, bill: sqlite3.Row, line: Texts) -> Part:
    """Share a line's value and taxes by quantity; the last piece takes what is left."""
    gnum, qty = int(line["gnum"]), amount(line, "qty")
    whole = next(amount(one, "qty") for one in found.lines if int(one["gnum"]) == gnum)
    before = returned_before(conn, found.id, gnum)

    def share(text: str) -> Decimal:
        all_of_it = Decimal(text)
        so_far, then = (to_fen(all_of_it * each / whole) for each in (before, before + qty))
        return then - so_far

    return Part(gnum, qty, share(bill["tax_price"]), tuple(share(bill[name]) for name in TAXES))


def _give_back(conn: sqlite3.Connection, found: Found, parts: list[Part], return_id: int) -> None:
    value = sum((part.value for part in parts), Decimal(0))
    row = conn.execute("SELECT value FROM limit_use WHERE list_id = ?", (found.id,)).fetchone()
    left = Decimal(row["value"]) - value
    part_of_it = value / Decimal(row["value"]) if Decimal(row["value"]) else Decimal(0)
    conn.execute("UPDATE limit_use SET value = ? WHERE list_id = ?", (str(left), found.id))
    weights.give_back(conn, found.id, part_of_it)
    lines = {line["gnum"]: line for line in account_book.lines_of(conn, found.id)}
    for part in parts:
        document = f"625-{return_id}/{part.gnum}"
        account_book.move(conn, lines[part.gnum], "returned", document=document, qty=part.qty)
    assure_code, taxes = found.head["assureCode"], [tax for part in parts for tax in part.taxes]
    amount_back = -sum(taxes, Decimal(0))
    guarantees.move(conn, assure_code, "void", document=f"625-{return_id}", amount=amount_back)


def _close_when_whole(conn: sqlite3.Connection, found: Found, return_id: int) -> bool:
    left = [
        amount(line, "qty") - returned_before(conn, found.id, int(line["gnum"]))
        for line in found.lines
    ]
    if any(left):
        return False
    conn.execute("UPDATE goods_return SET is_whole = 1 WHERE id = ?", (return_id,))
    conn.execute("UPDATE tax_bill SET status = '3' WHERE list_id = ?", (found.id,))
    return True
