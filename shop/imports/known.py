"""Decides how the codes in a chunk of rows are looked up: each table once, for all rows together.

What becomes of a code that nobody knows is ``kinds``'.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, select

from bonded_display.stock.documents import document_line
from bonded_display.stock.staged import entered_lines
from bonded_display.stock.tables import account_book_item, movement
from kernel import register

Values = Mapping[str, Any]
Row = dict[str, Any]
Bad = Callable[[str, str], None]
"""Tells that a column's value is not what a message expects."""


class Known:
    """The codes of a chunk's rows that the register and the books know, asked for at once."""

    def __init__(self, conn: Connection, rows: Sequence[Values]) -> None:
        self._conn = conn
        self._rows = rows
        self._found: dict[str, dict[Any, Any]] = {}

    def ids(self, table: Table, code: str, *, of: str) -> dict[Any, int]:
        """Return the ids of a register table's rows by code, for the codes in column ``of``."""
        key = f"{table.name}.{code}.{of}"
        if key not in self._found:
            codes = {row[of] for row in self._rows}
            query = select(table.c[code], table.c.id).where(table.c[code].in_(codes))
            self._found[key] = {row[0]: row[1] for row in self._conn.execute(query)}
        return self._found[key]

    def coded(self) -> frozenset[str]:
        """Return the credit codes of enterprises that have a customs code."""
        if "coded" not in self._found:
            table = register.enterprise.c
            query = select(table.credit_code, table.id).where(
                table.credit_code.in_({row["credit_code"] for row in self._rows}),
                table.customs_code.is_not(None),
            )
            self._found["coded"] = {row[0]: row[1] for row in self._conn.execute(query)}
        return frozenset(self._found["coded"])

    def books(self) -> dict[str, tuple[int, str]]:
        """Return id and account book of each warehouse by its code."""
        if "books" not in self._found:
            table = register.warehouse.c
            rows = self._conn.execute(select(table.code, table.id, table.account_book_no))
            self._found["books"] = {row[0]: (row[1], row[2]) for row in rows}
        return self._found["books"]

    def book_items(self) -> dict[tuple[int, str], int]:
        """Return account-book items by warehouse and record number."""
        if "book_items" not in self._found:
            table = account_book_item.c
            records = {row["item_record_no"] for row in self._rows}
            query = select(table.warehouse_id, table.item_record_no, table.id)
            rows = self._conn.execute(query.where(table.item_record_no.in_(records)))
            self._found["book_items"] = {(row[0], row[1]): row[2] for row in rows}
        return self._found["book_items"]

    def entered(self) -> dict[str, int]:
        """Return the pieces of the document lines that have entered already."""
        if "entered" not in self._found:
            keys = [document_line(row["document"], row["line"]) for row in self._rows]
            query = entered_lines().where(movement.c.document_line.in_(keys))
            self._found["entered"] = {row[0]: row[1] for row in self._conn.execute(query)}
        return self._found["entered"]
