"""Tell what stands in customs' books: one list, one tax bill, counts and totals.

No personal data; money as whole fen.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from simulators.books import Books
from simulators.customs.documents import AMOUNTS
from simulators.customs.tax import TAXES

_WEIGHTS = {"weight", "grossWeight", "netWeight"}


def fen(yuan: Iterable[str]) -> int:
    """Return the sum of decimal texts in CNY as whole fen."""
    total = sum((Decimal(one) for one in yuan), Decimal(0))
    return int((total * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _e5(numbers: Iterable[str]) -> int:
    return int(sum((Decimal(one) for one in numbers), Decimal(0)) * 100_000)


def one_list(books: Books, invt_no: str) -> dict[str, object] | None:
    """Return a list with its lines, or ``None``; what the zone needs to know of it."""
    row = books.row("SELECT * FROM declaration_list WHERE invt_no = ?", invt_no)
    if row is None:
        return None
    lines = books.rows("SELECT * FROM list_line WHERE list_id = ? ORDER BY gnum", row["id"])
    return {
        "invt_no": row["invt_no"],
        "pre_no": row["pre_no"],
        "cop_no": row["cop_no"],
        "order_no": row["order_no"],
        "state": row["state"],
        "ems_no": row["ems_no"],
        "area_code": row["area_code"],
        "logistics_no": row["logistics_no"],
        "lines": [
            {
                "gnum": line["gnum"],
                "item_record_no": line["item_record_no"],
                "gcode": line["gcode"],
                "qty": line["qty"],
            }
            for line in lines
        ],
    }


def one_bill(books: Books, invt_no: str) -> dict[str, object] | None:
    """Return the tax bill of a list once it was sent, or ``None``."""
    row = books.row(
        "SELECT b.*, d.invt_no, d.full_rate FROM tax_bill b JOIN declaration_list d"
        " ON d.id = b.list_id WHERE d.invt_no = ? AND b.return_time IS NOT NULL",
        invt_no,
    )
    if row is None:
        return None
    lines = books.rows("SELECT * FROM tax_line WHERE list_id = ? ORDER BY gnum", row["list_id"])
    return {
        "invt_no": row["invt_no"],
        "tax_no": row["tax_no"],
        "return_time": row["return_time"],
        "full_rate": bool(row["full_rate"]),
        **_taxes(row),
        "lines": [
            {
                "gnum": line["gnum"],
                "gcode": line["gcode"],
                "tax_price_fen": fen([line["tax_price"]]),
                **_taxes(line),
            }
            for line in lines
        ],
    }


def _taxes(row: sqlite3.Row) -> dict[str, int]:
    return {f"{name}_fen": fen([row[name]]) for name in TAXES}


def totals(books: Books) -> dict[str, object]:
    """Return counts by kind and state, and the sums of all accepted figures."""
    rows = books.rows("SELECT kind, state, amounts FROM document")
    counts: dict[str, dict[str, int]] = {kind: {} for kind in AMOUNTS}
    sums: dict[str, dict[str, list[str]]] = {kind: {} for kind in AMOUNTS}
    for row in rows:
        counts[row["kind"]][row["state"]] = counts[row["kind"]].get(row["state"], 0) + 1
        for name, text in json.loads(row["amounts"]).items() if row["state"] == "accepted" else ():
            sums[row["kind"]].setdefault(name, []).append(text)
    bills = books.rows("SELECT * FROM tax_bill WHERE return_time IS NOT NULL")
    states = books.rows("SELECT state, COUNT(*) AS n FROM declaration_list GROUP BY state")
    waiting = books.row("SELECT COUNT(*) AS n FROM receipt WHERE written_at IS NULL")
    return {
        "documents": counts,
        "sums": {kind: _sums(by_name) for kind, by_name in sums.items()},
        "lists": {row["state"]: row["n"] for row in states},
        "list_goods_fen": _column(books, "SELECT total_price AS x FROM list_line"),
        "list_value_fen": _column(books, "SELECT value AS x FROM declaration_list"),
        "list_lines": len(books.rows("SELECT 1 FROM list_line")),
        "tax_bills": {
            "count": len(bills),
            **{f"{name}_fen": fen(row[name] for row in bills) for name in TAXES},
        },
        "receipts_waiting": waiting["n"] if waiting else 0,
    }


def _column(books: Books, sql: str) -> int:
    return fen(row["x"] for row in books.rows(sql))


def _sums(by_name: dict[str, list[str]]) -> dict[str, int]:
    return {
        f"{name}_e5" if name in _WEIGHTS else f"{name}_fen": (
            _e5(texts) if name in _WEIGHTS else fen(texts)
        )
        for name, texts in by_name.items()
    }


def by_document(books: Books) -> list[dict[str, object]]:
    """Return one row a taken list: its numbers and every figure to compare, one by one."""
    rows = books.rows(
        "SELECT d.*, b.customs_tax, b.value_added_tax, b.consumption_tax, b.return_time,"
        " b.tax_no FROM declaration_list d JOIN tax_bill b ON b.list_id = d.id ORDER BY d.id"
    )
    found = []
    for row in rows:
        orders = books.row(
            "SELECT amounts FROM document WHERE kind = 'CEB311' AND order_no = ?"
            " AND state = 'accepted'",
            row["order_no"],
        )
        payments = books.rows(
            "SELECT amounts FROM document WHERE kind = 'CEB411' AND order_no = ?"
            " AND state = 'accepted'",
            row["order_no"],
        )
        order = json.loads(orders["amounts"]) if orders else {}
        found.append(
            {
                "order_no": row["order_no"],
                "cop_no": row["cop_no"],
                "invt_no": row["invt_no"],
                "logistics_no": row["logistics_no"],
                "state": row["state"],
                "tax_no": row["tax_no"] if row["return_time"] else "",
                "value_fen": fen([row["value"]]),
                **{f"{name}_fen": fen([text]) for name, text in order.items()},
                "amountPaid_fen": fen(json.loads(one["amounts"])["amountPaid"] for one in payments),
                **_taxes(row),
            }
        )
    return found
