"""Decide what an operator sees of orders: the list by state, one found by its numbers, one whole.

The people in an order are shown masked; who may see them whole is not decided here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select

from bonded_display.customs.handed import Parties
from bonded_display.customs.reading.queries import documents_of, find_list_orders
from bonded_display.customs.tables import declaration_list
from bonded_display.warehouse.queries import parcel_of
from kernel import register
from kernel.register.tables import outlet
from settlement.tax.queries import bills_of_order
from shop.back_office.masked import MaskedBuyer, MaskedConsignee, masked_buyer, masked_consignee
from shop.order.states import MOVES
from shop.queries import Order, read_order
from shop.tables import customs_order, order_step

Rows = Sequence[Any]
STATES = tuple(MOVES)
LONGEST_NUMBER = 60


@dataclass(frozen=True)
class StateCount:
    """How many orders are in a state, and since when the oldest was placed."""

    state: str
    count: int
    oldest_at: int | None


@dataclass(frozen=True, kw_only=True)
class OrderSheet:
    """One order with everything the rooms know of it."""

    order: Order
    buyer: MaskedBuyer
    consignee: MaskedConsignee
    parties: Parties
    steps: Rows
    documents: Rows
    listed: Any | None
    parcel: Any | None
    bills: Rows
    warehouse: register.Warehouse
    outlet: Any | None

    @property
    def duty_fen(self) -> int:
        """Duty quoted, fen."""
        return sum(line.duty_fen for line in self.order.lines)

    @property
    def consumption_fen(self) -> int:
        """Consumption tax quoted, fen."""
        return sum(line.consumption_fen for line in self.order.lines)

    @property
    def vat_fen(self) -> int:
        """VAT quoted, fen."""
        return sum(line.vat_fen for line in self.order.lines)


def count_states(conn: Connection) -> list[StateCount]:
    """Return every state in the order of a sale with its count; one statement."""
    rows = conn.execute(
        select(customs_order.c.state, func.count(), func.min(customs_order.c.placed_at)).group_by(
            customs_order.c.state
        )
    )
    found = {state: StateCount(state, int(count), oldest) for state, count, oldest in rows}
    return [found.get(state, StateCount(state, 0, None)) for state in STATES]


def orders_in(conn: Connection, *, state: str, before: int, most: int) -> Rows:
    """Return orders of a state, or of all (``""``), newest first, older than an id (0: any)."""
    table, listed = customs_order.c, declaration_list.c
    query = (
        select(
            table.id,
            table.order_no,
            table.state,
            table.placed_at,
            table.paid_share_fen,
            table.waybill_no,
            table.declaration_list_id,
            listed.invt_no,
            listed.state.label("list_state"),
        )
        .outerjoin(declaration_list, listed.id == table.declaration_list_id)
        .order_by(table.id.desc())
        .limit(most)
    )
    if state:
        query = query.where(table.state == state)
    if before:
        query = query.where(table.id < before)
    return conn.execute(query).all()


def find_orders(conn: Connection, typed: str) -> list[int]:
    """Return the orders that a number names: order, waybill, customs' list number, our copNo.

    Spaces between groups of digits and small letters are forgiven; at most two statements.
    """
    number = "".join(typed.split()).upper()[:LONGEST_NUMBER]
    if not number:
        return []
    table = customs_order.c
    rows = conn.execute(
        select(table.id).where(or_(table.order_no == number, table.waybill_no == number)).limit(2)
    )
    return list(rows.scalars()) or find_list_orders(conn, number)


def order_sheet(conn: Connection, order_id: int) -> OrderSheet:
    """Return one order whole; ``OrderUnknown``.  At most ten statements."""
    order = read_order(conn, order_id)
    return OrderSheet(
        order=order,
        buyer=masked_buyer(order.open_buyer()),
        consignee=masked_consignee(order.open_consignee()),
        parties=Parties.from_text(order.parties),
        steps=_steps(conn, order_id),
        documents=documents_of(conn, order_id),
        listed=_list_of(conn, order),
        parcel=parcel_of(conn, order_id),
        bills=bills_of_order(conn, order_id),
        warehouse=register.get_warehouse(conn, order.warehouse_id),
        outlet=_outlet_of(conn, order),
    )


def _steps(conn: Connection, order_id: int) -> Rows:
    step = order_step.c
    return conn.execute(
        select(step.state, step.at).where(step.order_id == order_id).order_by(step.at)
    ).all()


def _list_of(conn: Connection, order: Order) -> Any | None:
    if order.declaration_list_id is None:
        return None
    return conn.execute(
        select(declaration_list).where(declaration_list.c.id == order.declaration_list_id)
    ).one_or_none()


def _outlet_of(conn: Connection, order: Order) -> Any | None:
    if order.outlet_id is None:
        return None
    return conn.execute(select(outlet).where(outlet.c.id == order.outlet_id)).one_or_none()
