"""Decides how an order is read back: its row, its lines and the people it was sealed with.

Who may see what of it is decided by the pages and handovers that ask.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select

from kernel import crypto
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
    parties: dict[str, Any]
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


_ORDER = tuple(
    name for name in Order.__dataclass_fields__ if name in customs_order.c and name != "lines"
)
_LINE = tuple(Line.__dataclass_fields__)


def read_order(connection: Connection, order_id: int) -> Order:
    """Return one order; ``OrderUnknown`` when there is none."""
    found = read_orders(connection, [order_id])
    if order_id not in found:
        raise OrderUnknown(number=str(order_id))
    return found[order_id]


def read_orders(connection: Connection, order_ids: list[int]) -> dict[int, Order]:
    """Return orders with their lines by id, in two statements; unknown ids are absent."""
    rows = connection.execute(
        select(*(customs_order.c[name] for name in _ORDER)).where(
            customs_order.c.id.in_(order_ids)
        )
    ).all()
    lines: dict[int, list[Line]] = {}
    for row in connection.execute(
        select(order_line.c.order_id, *(order_line.c[name] for name in _LINE))
        .where(order_line.c.order_id.in_(order_ids))
        .order_by(order_line.c.order_id, order_line.c.gnum)
    ):
        lines.setdefault(row.order_id, []).append(Line(*row[1:]))
    return {row.id: _order(row, tuple(lines.get(row.id, ()))) for row in rows}


def _order(row: Row[Any], lines: tuple[Line, ...]) -> Order:
    values = dict(row._mapping)
    return Order(**{**values, "parties": json.loads(values["parties"]), "lines": lines})


def order_ids_of(connection: Connection, checkout_id: int) -> list[int]:
    """Return the ids of a checkout's orders, ascending."""
    rows = connection.execute(
        select(customs_order.c.id)
        .where(customs_order.c.checkout_id == checkout_id)
        .order_by(customs_order.c.id)
    )
    return list(rows.scalars())


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
    names = tuple(Checkout.__dataclass_fields__)
    row = connection.execute(
        select(*(checkout.c[name] for name in names)).where(checkout.c.id == checkout_id)
    ).first()
    if row is None:
        raise OrderUnknown(number=str(checkout_id))
    return Checkout(*row)
