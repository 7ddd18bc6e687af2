"""Decide which orders need a person: refused papers, waiting too long; and which figures differ.

Correcting what is wrong is the rooms'; here it is only found, oldest first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    Select,
    String,
    cast,
    func,
    literal,
    null,
    select,
    text,
    type_coerce,
    union_all,
)

from bonded_display.customs.tables import declaration_list, document
from bonded_display.stock import controls
from bonded_display.stock.queries import goods_of
from kernel import clock
from kernel.clock import DAY, Instant
from settlement.tax.queries import bills_that_differ
from shop.tables import customs_order

Rows = Sequence[Any]
IS_REFUSED = "state IN ('REJECTED', 'ERROR', 'FORMAT_ERROR')"
"""As a literal text: SQLite takes a partial index only for its very words."""
ON_THE_WAY = ("paid", "declared", "released")
"""Paid and still in the zone: what an operator can hasten."""
BILLS_FOR = 30 * DAY
MOST = 200


@dataclass(frozen=True)
class Waiting:
    """How many paid orders are still in the zone, and since when the oldest is paid."""

    count: int
    since: Instant | None


def count_refused(conn: Connection) -> int:
    """Return how many papers of living orders customs or the port refused."""
    found = _refused().subquery()
    return int(conn.execute(select(func.count()).select_from(found)).scalar_one())


def refused(conn: Connection) -> Rows:
    """Return the refused papers of orders that are not undone, longest refused first, 200 at most.

    Columns: order_id, order_no, kind (list, order, payment, waybill), state, return_status,
    return_at, list_id.
    """
    found = _refused().subquery()
    return conn.execute(
        select(found).order_by(found.c.return_at, found.c.order_id).limit(MOST)
    ).all()


def _refused() -> Any:
    return union_all(
        _papers(declaration_list, literal("list"), declaration_list.c.id),
        _papers(document, document.c.kind, cast(null(), BigInteger)),
    )


def _papers(table: Any, kind: Any, list_id: Any) -> Select[Any]:
    return (
        select(
            customs_order.c.id.label("order_id"),
            customs_order.c.order_no,
            type_coerce(kind, String).label("kind"),
            table.c.state,
            type_coerce(table.c.return_status, Integer).label("return_status"),
            table.c.return_at,
            list_id.label("list_id"),
        )
        .join(customs_order, customs_order.c.id == table.c.order_id)
        .where(text(f"{table.name}.{IS_REFUSED}"), customs_order.c.state.in_(ON_THE_WAY))
    )


def waiting(conn: Connection) -> Waiting:
    """Return the measure of what was paid and has not left the zone."""
    row = conn.execute(
        select(func.count(), func.min(customs_order.c.paid_at)).where(
            customs_order.c.state.in_(ON_THE_WAY)
        )
    ).one()
    return Waiting(int(row[0]), row[1])


def orders_waiting(conn: Connection, *, after: int, most: int) -> Rows:
    """Return paid orders still in the zone, oldest first from an id on, with the list's state."""
    table, listed = customs_order.c, declaration_list.c
    return conn.execute(
        select(
            table.id,
            table.order_no,
            table.state,
            table.paid_at,
            table.waybill_no,
            table.declaration_list_id,
            listed.state.label("list_state"),
        )
        .outerjoin(declaration_list, listed.id == table.declaration_list_id)
        .where(table.state.in_(ON_THE_WAY), table.id > after)
        .order_by(table.id)
        .limit(most)
    ).all()


@dataclass(frozen=True)
class Differences:
    """Figures that must be equal and are not: of stock, and of tax in the last 30 days."""

    stock: Sequence[controls.Difference]
    tax: Rows

    @property
    def count(self) -> int:
        """How many there are; tax counts to 200."""
        return len(self.stock) + len(self.tax)


def differences(conn: Connection) -> Differences:
    """Return every difference between our books, and between quoted and billed tax."""
    since = clock.now() - BILLS_FOR
    return Differences(controls.differences(conn), bills_that_differ(conn, since=since, most=MOST))


def goods_in(conn: Connection, found: Differences) -> dict[int, Any]:
    """Return the goods that the differences of stock are about, by account-book item."""
    return goods_of(conn, [one.account_book_item_id for one in found.stock])
