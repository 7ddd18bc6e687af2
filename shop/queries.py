"""Decides how an order is read back: its row, its lines and the people it was sealed with.

Who may see what of it is decided by the pages and handovers that ask.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from kernel import crypto
from kernel.batch import Batch, Later
from kernel.clock import Instant
from shop.errors import OrderUnknown
from shop.tables import checkout, customs_order, order_line


@dataclass(frozen=True)
class Buyer:
    """The buyer as declared: legal name, ID number, phone."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True)
class Consignee:
    """Who receives the parcel."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)
    district_code: str


@dataclass(frozen=True)
class Line:
    """One order line; fen, pieces, 1/100,000 kg."""

    id: int
    gnum: int
    item_id: int
    account_book_item_id: int
    item_record_no: str
    sku: str
    gtin14: str
    gname: str
    gmodel: str
    hs_code: str
    origin_code: str
    unit_code: str
    unit1_code: str
    unit2_code: str | None
    qty: int
    qty1_e5: int
    qty2_e5: int | None
    net_e5: int
    gross_e5: int
    price_fen: int
    total_fen: int
    freight_fen: int
    insurance_fen: int
    duty_fen: int
    consumption_fen: int
    vat_fen: int
    tax_class: str


@dataclass(frozen=True)
class Order:
    """One customs order with its lines; the people in it stay sealed until asked for."""

    id: int
    checkout_id: int
    order_no: str
    state: str
    seq: int
    warehouse_id: int
    outlet_id: int | None
    account_id: int
    platform_enterprise_id: int
    merchant_enterprise_id: int
    courier_enterprise_id: int
    parties: str
    goods_fen: int
    freight_fen: int
    insurance_fen: int
    discount_fen: int
    tax_fen: int
    paid_share_fen: int
    gross_e5: int
    net_e5: int
    waybill_no: str | None
    placed_at: Instant
    expires_at: Instant
    paid_at: Instant | None
    declaration_list_id: int | None
    lines: tuple[Line, ...]
    buyer_sealed: bytes = field(repr=False)
    consignee_sealed: bytes = field(repr=False)

    def open_buyer(self) -> Buyer:
        """Return the buyer in the clear."""
        return Buyer(**crypto.unseal_json(self.buyer_sealed, f"customs_order.buyer:{self.id}"))

    def open_consignee(self) -> Consignee:
        """Return the consignee in the clear."""
        body = crypto.unseal_json(self.consignee_sealed, f"customs_order.consignee:{self.id}")
        return Consignee(**body)


@dataclass(frozen=True)
class Standing:
    """How far one order is: its state, and how often that has moved."""

    id: int
    state: str
    seq: int


_STANDING = select(customs_order.c.id, customs_order.c.state, customs_order.c.seq).where(
    customs_order.c.id == bindparam("of_id")
)


def read_standing(connection: Connection, order_id: int) -> Standing:
    """Return how far one order is; ``OrderUnknown`` when there is none."""
    row = connection.execute(_STANDING, {"of_id": order_id}).one_or_none()
    if row is None:
        raise OrderUnknown(number=str(order_id))
    return Standing(*row)


_ORDER = tuple(name for name in Order.__dataclass_fields__ if name != "lines")
_LINE = tuple(Line.__dataclass_fields__)
_ORDERS = f"SELECT {', '.join(_ORDER)} FROM customs_order WHERE id IN :ids"
_LINES = (
    f"SELECT order_id, {', '.join(_LINE)} FROM order_line"
    " WHERE order_id IN :ids ORDER BY order_id, gnum"
)


def read_order(connection: Connection, order_id: int) -> Order:
    """Return one order; ``OrderUnknown`` when there is none."""
    with Batch(connection) as batch:
        found = read_orders(batch, [order_id])()
    if order_id not in found:
        raise OrderUnknown(number=str(order_id))
    return found[order_id]


def read_orders(batch: Batch, order_ids: Sequence[int]) -> Later[dict[int, Order]]:
    """Ask for orders with their lines by id, in two statements; unknown ids are absent."""
    orders = batch.fetch(_ORDERS, {"ids": sorted(order_ids)})
    lines = batch.fetch(_LINES, {"ids": sorted(order_ids)})
    return orders.then(lambda rows: _orders(rows, lines()))


def _orders(
    rows: Sequence[tuple[Any, ...]], line_rows: Sequence[tuple[Any, ...]]
) -> dict[int, Order]:
    lines: dict[int, list[Line]] = {}
    for row in line_rows:
        lines.setdefault(row[0], []).append(Line(*row[1:]))
    orders = {}
    for row in rows:
        values = dict(zip(_ORDER, row, strict=True))
        orders[values["id"]] = Order(**values, lines=tuple(lines.get(values["id"], ())))
    return orders


def read_orders_of(connection: Connection, checkout_id: int) -> list[Order]:
    """Return a checkout's orders by ascending id; none when there is no such checkout."""
    found = connection.execute(
        select(customs_order.c.id)
        .where(customs_order.c.checkout_id == checkout_id)
        .order_by(customs_order.c.id)
    )
    order_ids = list(found.scalars())  # read before the batch: its trips carry no other statement
    with Batch(connection) as batch:
        orders = read_orders(batch, order_ids)
    return [orders()[order_id] for order_id in order_ids]


@dataclass(frozen=True)
class Checkout:
    """One checkout: what is paid once, by when, and its state."""

    id: int
    owner: str
    account_id: int
    state: str
    seq: int
    total_fen: int
    provider: str
    placed_at: Instant
    expires_at: Instant
    correlation: str


def read_checkout(connection: Connection, checkout_id: int) -> Checkout:
    """Return one checkout; ``OrderUnknown`` when there is none."""
    with Batch(connection) as batch:
        found = read_checkouts(batch, [checkout_id])()
    if checkout_id not in found:
        raise OrderUnknown(number=str(checkout_id))
    return found[checkout_id]


_CHECKOUT = tuple(Checkout.__dataclass_fields__)
_CHECKOUTS = f"SELECT {', '.join(_CHECKOUT)} FROM checkout WHERE id IN :ids"


def read_checkouts(batch: Batch, checkout_ids: Sequence[int]) -> Later[dict[int, Checkout]]:
    """Ask for checkouts by id; unknown ids are absent."""
    rows = batch.fetch(_CHECKOUTS, {"ids": sorted(checkout_ids)})
    return rows.then(lambda found: {row[0]: Checkout(*row) for row in found})


def checkouts_of(
    connection: Connection, account_id: int, *, before: int | None = None, most: int
) -> list[int]:
    """Return the ids of an account's checkouts, the newest first, at most ``most``."""
    asked = select(checkout.c.id).where(checkout.c.account_id == account_id)
    if before is not None:
        asked = asked.where(checkout.c.id < before)
    return list(connection.execute(asked.order_by(checkout.c.id.desc()).limit(most)).scalars())


def brief_orders(connection: Connection, checkout_ids: Sequence[int]) -> list[Row[Any]]:
    """Return what a list of a shopper's orders says of each, the newest first; one query.

    Each row: checkout_id, order_id, order_no, state, paid_share_fen (fen), placed_at, gname of
    the first line, and how many pieces.
    """
    first, line = order_line.alias(), order_line.alias()
    pieces = (
        select(func.sum(line.c.qty)).where(line.c.order_id == customs_order.c.id).scalar_subquery()
    )
    asked = (
        select(
            customs_order.c.checkout_id,
            customs_order.c.id.label("order_id"),
            customs_order.c.order_no,
            customs_order.c.state,
            customs_order.c.paid_share_fen,
            customs_order.c.placed_at,
            first.c.gname,
            pieces.label("pieces"),
        )
        .join(first, (first.c.order_id == customs_order.c.id) & (first.c.gnum == 1))
        .where(customs_order.c.checkout_id.in_(checkout_ids))
        .order_by(customs_order.c.checkout_id.desc(), customs_order.c.id)
    )
    return list(connection.execute(asked))
