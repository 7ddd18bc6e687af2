"""Decide how ten thousand lists come to stand in a database: one real order, copied row by row.

Each copy has numbers of its own, a place in three weeks of trade and a state; what the copies
are read for is the test's.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, event, select, text

from bonded_display.customs.tables import customs_message, declaration_list, document, list_line
from kernel import clock, db, ids
from kernel.clock import DAY
from kernel.db import Database
from settlement.payments.tables import payment, payment_declaration, payment_share
from shop.tables import checkout, customs_order

MANY = 10_000
BIG = (
    *("declaration_list", "list_line", "customs_message", "customs_order", "document"),
    *("payment", "payment_share", "payment_declaration", "checkout"),
)
STATES = (
    *("RELEASED",) * 5,
    *("CLOSED", "SENT_LOCAL", "ACCEPTED", "INSPECTION", "REJECTED"),
)
"""Half has ended, half is in work; a tenth of all is refused."""


@dataclass(frozen=True)
class Said:
    """One statement that reached the database, with what was filled in."""

    statement: str
    filled: Any


def copy_order(order_id: int, *, count: int = MANY) -> list[int]:
    """Write ``count`` copies of an order with its papers over 20 days; return their list ids."""
    now = clock.now()
    with db.write() as conn:
        pattern = _pattern(conn, order_id)
        places = [now - 20 * DAY + number * (20 * DAY // count) for number in range(count)]
        copies = [_Copy(n, at, *(ids.at(at) for _ in range(4))) for n, at in enumerate(places)]
        for table, rows in pattern:
            made = [copy.row(table.name, dict(row)) for copy in copies for row in rows]
            conn.execute(table.insert(), made)
        conn.execute(payment_declaration.insert(), [copy.declared() for copy in copies])
    return [copy.list_id for copy in copies]


def _pattern(conn: Connection, order_id: int) -> list[tuple[Table, Sequence[RowMapping]]]:
    """Return the rows of one order, table by table, in an order in which they can be written."""
    order = conn.execute(select(customs_order).where(customs_order.c.id == order_id)).one()
    return [
        (table, conn.execute(select(table).where(column == value)).mappings().all())
        for table, column, value in (
            (checkout, checkout.c.id, order.checkout_id),
            (payment, payment.c.checkout_id, order.checkout_id),
            (declaration_list, declaration_list.c.order_id, order_id),
            (list_line, list_line.c.list_id, order.declaration_list_id),
            (customs_order, customs_order.c.id, order_id),
            (customs_message, customs_message.c.order_id, order_id),
            (document, document.c.order_id, order_id),
            (payment_share, payment_share.c.order_id, order_id),
        )
    ]


@dataclass(frozen=True)
class _Copy:
    number: int
    at: int
    order_id: int
    list_id: int
    checkout_id: int
    payment_id: int

    def row(self, table: str, row: dict[str, Any]) -> dict[str, object]:
        """Return a row of the pattern as this copy's: numbers, places and states of its own."""
        own: dict[str, object] = {
            **{"order_id": self.order_id, "order_no": self.order_no, "list_id": self.list_id},
            **{"checkout_id": self.checkout_id, "payment_id": self.payment_id},
            **{"waybill_no": self.waybill_no, "placed_at": self.at, "paid_at": self.at},
            **{"declaration_list_id": self.list_id, "cop_no": str(self.list_id)},
            **{"pre_no": f"B{self.number:017d}", "invt_no": f"05012026I{self.number:09d}"},
            **{"latest_guid": self.guid("621"), "created_at": self.at, "sent_at": self.at},
            **{"provider_payment": f"pi_many_{self.number}", "return_status": 120},
            **{"return_at": self.at + clock.HOUR, "built_at": self.at},
            **self._named(table, row),
        }
        return {name: own.get(name, value) for name, value in row.items()}

    def _named(self, table: str, row: dict[str, Any]) -> dict[str, object]:
        """Return what names a row and where it is on its way."""
        state = STATES[self.number % len(STATES)]
        way = {"RELEASED": "released", "CLOSED": "signed_for"}.get(state, "declared")
        kind = str(row.get("kind", ""))
        return {
            "checkout": {"id": self.checkout_id},
            "payment": {"id": self.payment_id},
            "declaration_list": {"id": self.list_id, "state": state},
            "customs_order": {"id": self.order_id, "state": way},
            "customs_message": {
                **{"id": ids.at(self.at), "guid": self.guid(kind[-3:])},
                "list_id": self.list_id if row.get("list_id") else None,
            },
            "document": {"order_no": self.order_no if kind == "order" else None},
        }.get(table, {})

    def guid(self, kind: str) -> str:
        """Return a name for its sending of a kind of message."""
        return f"00000000-0{kind}-4000-8000-{self.number:012X}"

    def declared(self) -> dict[str, object]:
        """Return the payment company's number for the copy's share."""
        request_no, number = f"R{self.number:09d}", f"PAYMANY{self.number:09d}"
        return {
            **{"order_id": self.order_id, "request_no": request_no, "share_fen": 1},
            **{"state": "accepted", "pay_transaction_id": number, "at": self.at},
        }

    @property
    def order_no(self) -> str:
        """A number that no real order has."""
        return f"QZMANY{self.number:08d}"

    @property
    def waybill_no(self) -> str:
        """Likewise."""
        return f"JSMANY{self.number:08d}"


def settle_statistics(database: Database, *more: str) -> None:
    """Let the planner know what lies there and in ``more`` tables, as autovacuum does in minutes."""
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        if database.dialect == "sqlite":
            conn.execute(text("ANALYZE"))
            return
        conn.execute(text("CHECKPOINT"))  # a commit not yet on the disk is not seen by all
        for table in (*BIG, *more):
            conn.execute(text(f"VACUUM ANALYZE {table}"))


@contextmanager
def listened(database: Database) -> Iterator[list[Said]]:
    """Gather the statements that reach the database; how a transaction begins is none."""
    said: list[Said] = []

    def note(_conn: Any, _cursor: Any, statement: str, filled: Any, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "EXPLAIN")):
            said.append(Said(statement, filled))

    engines = {database.engine, database.reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def whole_reads(database: Database, said: Sequence[Said], *more: str) -> list[str]:
    """Return the plans' lines in which a big table, or one of ``more``, is read through by row."""
    explain = "EXPLAIN QUERY PLAN " if database.dialect == "sqlite" else "EXPLAIN "
    found = []
    with db.read() as conn:
        for one in said:
            if not one.statement.lstrip().upper().startswith(("SELECT", "WITH")):
                continue
            plan = conn.exec_driver_sql(explain + one.statement, one.filled).all()
            found += [
                line for row in plan if _is_whole(line := str(row[-1]).strip(), (*BIG, *more))
            ]
    return found


def _is_whole(line: str, big: Sequence[str]) -> bool:
    named = re.match(r"(?:->\s*)?(?:Parallel )?(?:SCAN|Seq Scan on) (\w+)", line)
    return named is not None and named[1] in big and " USING " not in line
