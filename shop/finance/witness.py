"""Decide what the order books bear witness to: a figure an order, as queries to be joined.

What the other rooms' books say is asked of them; which two must agree is ``controls``'.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, literal, select

from settlement.witness import Witness, billed_orders, parts_of_orders, refunded_orders
from shop.archive.tables import archived_order
from shop.tables import customs_order, order_line

ALIVE = ("placed", "paid", "declared", "released", "left_zone", "signed_for")
"""States in which an order uses its buyer's yearly limit."""

IN_HOUSE = ("paid", "declared", "released")
"""States in which the pieces of a paid order lie in the warehouse."""


def _by_order(figure: ColumnElement[Any]) -> Select[Any]:
    name = literal("customs_order:") + cast(customs_order.c.id, String)
    return select(name.label("document"), figure.label("figure"))


def paid_shares() -> Witness:
    """Return the share of the payment of each order that was ever paid, in fen."""
    order = customs_order.c
    return _by_order(order.paid_share_fen).where(order.paid_at.is_not(None))


def archived_shares() -> Witness:
    """Return the share of each paid order whose rows lie in an archive, in fen."""
    return _archived(archived_order.c.paid_share_fen)


def archived_values() -> Witness:
    """Return the dutiable value of the same, in fen: they were signed for."""
    return _archived(archived_order.c.value_fen)


def _archived(figure: ColumnElement[Any]) -> Select[Any]:
    name = literal("customs_order:") + cast(archived_order.c.order_id, String)
    return select(name.label("document"), figure.label("figure"))


def quotes_unbilled() -> Witness:
    """Return the tax quoted for each paid order without a bill whose money stayed, in fen."""
    order = customs_order.c
    return _by_order(order.tax_fen).where(
        order.paid_at.is_not(None),
        order.id.not_in(billed_orders()),
        order.id.not_in(refunded_orders()),
    )


def paid_not_signed() -> Witness:
    """Return goods and freight of each paid order nobody signed for yet, in fen."""
    order = customs_order.c
    return _by_order(order.paid_share_fen - order.tax_fen).where(
        order.paid_at.is_not(None),
        order.state != "signed_for",
        order.id.not_in(refunded_orders()),
    )


def parts_unbilled() -> Witness:
    """Return the tax of parts of orders without a bill whose rest stayed, in fen, below nought."""
    return _of_parts("tax_fen").where(customs_order.c.id.not_in(billed_orders()))


def parts_not_signed() -> Witness:
    """Return the price of parts of orders whose rest came back too and stayed, below nought."""
    return _of_parts("sale_fen").where(customs_order.c.state != "signed_for")


def _of_parts(figure: str) -> Select[Any]:
    part, order = parts_of_orders().subquery(), customs_order.c
    return (
        _by_order(-part.c[figure])
        .join_from(customs_order, part, part.c.order_id == order.id)
        .where(order.id.not_in(refunded_orders()))
    )


def dutiable_values() -> Witness:
    """Return the dutiable value of each order that has not ended, in fen."""
    order = customs_order.c
    value = order.goods_fen + order.freight_fen + order.insurance_fen
    return _by_order(value).where(order.state.in_(ALIVE), order.route == "retail_import")


def pieces_in_house() -> Witness:
    """Return the pieces of each paid order that has not left the zone."""
    return (
        _by_order(order_line.c.qty)
        .join_from(customs_order, order_line, order_line.c.order_id == customs_order.c.id)
        .where(customs_order.c.state.in_(IN_HOUSE))
    )
