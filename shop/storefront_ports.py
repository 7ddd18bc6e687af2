"""Decides how the storefront's questions are answered by the rooms; no page and no rule here."""

import json
from functools import partial

from sqlalchemy import Connection, select

from bonded_display.customs import lists
from bonded_display.warehouse.inspection.queries import wish_of
from bonded_display.warehouse.returns.queries import latest_return
from kernel import clock, db, register
from kernel.actor import Actor
from kernel.batch import Batch
from kernel.config import Config
from kernel.outbox import fact_table
from settlement.payments.check_payer import payer_check_of
from settlement.payments.providers import provider_can_declare
from settlement.refund_order import is_refunded
from settlement.tax.limits import limit_year_of
from settlement.tax.take_limit import read_limits
from shop.accounts.identity_service import HttpIdentityService
from shop.endings.ask_return import OUTSIDE
from shop.endings.why import Why, told_why
from shop.errors import OrderUnknown
from shop.offer.show_offer import show_offer
from shop.offer.tables import offer
from shop.pay_checkout import pay_checkout
from shop.place_order import place_order
from shop.queries import (
    Checkout,
    Order,
    brief_orders,
    checkouts_of,
    read_checkout,
    read_orders_of,
)
from shop.tables import customs_order, order_step
from shop.web.storefront.order_view import (
    BriefOrder,
    CheckoutView,
    Ended,
    LineView,
    OrdersPage,
    OrderView,
    Step,
)
from shop.web.storefront.ports import Ports

_ENDED = {state.value for state in Ended}
A_PAGE = 20
ON_THE_WAY = ("paid", "declared", "released")


def storefront_ports(settings: Config) -> Ports:
    """Return the real ports of the storefront."""
    return Ports(
        show_offer=partial(show_offer, can_declare=provider_can_declare),
        place=place_order,
        pay=lambda actor, checkout_id: pay_checkout(
            actor, checkout_id, return_url=f"{settings.public_url}/orders/{checkout_id}"
        ),
        order=checkout_view,
        used_fen=used_fen,
        verifier=HttpIdentityService(settings.identity_url),
        orders=orders_page,
    )


def used_fen(person_lookup: str) -> int:
    """Return what a person used of this year's limit, in fen."""
    key = (person_lookup, limit_year_of(clock.now()))
    with db.read() as connection, Batch(connection) as batch:
        return read_limits(batch, [key])()[key]


def checkout_view(actor: Actor, checkout_id: int) -> CheckoutView:
    """Return a checkout of the actor as its page shows it; ``OrderUnknown`` for any other."""
    with db.read() as connection:
        found = read_checkout(connection, checkout_id)
        if found.owner != actor.owner:
            raise OrderUnknown(number=str(checkout_id))
        return _view(connection, found)


def orders_page(actor: Actor, before: int | None) -> OrdersPage:
    """Return a page of the actor's orders, the newest checkout first; two queries."""
    with db.read() as connection:
        found = checkouts_of(connection, actor.id, before=before, most=A_PAGE + 1)
        shown = found[:A_PAGE]
        rows = brief_orders(connection, shown)
    orders = tuple(
        BriefOrder(
            row.checkout_id,
            row.order_no,
            row.state,
            row.paid_share_fen,
            row.placed_at,
            row.gname,
            row.pieces,
        )
        for row in rows
    )
    return OrdersPage(orders, shown[-1] if len(found) > A_PAGE else None)


def _view(connection: Connection, found: Checkout) -> CheckoutView:
    orders = read_orders_of(connection, found.id)
    consignee = orders[0].open_consignee()
    outlet_id = orders[0].outlet_id
    outlet = register.get_outlet(connection, outlet_id) if outlet_id else None
    return CheckoutView(
        checkout_id=found.id,
        total_fen=found.total_fen,
        placed_at=found.placed_at,
        expires_at=found.expires_at,
        can_pay=found.state == "placed" and found.expires_at > clock.now(),
        outlet=outlet.name if outlet else "",
        outlet_en=outlet.name_en if outlet else "",
        consignee_name=consignee.name,
        consignee_phone=consignee.phone,
        consignee_address=consignee.address,
        orders=tuple(_order_view(connection, order) for order in orders),
    )


def _order_view(connection: Connection, order: Order) -> OrderView:
    why = _why(connection, order)
    return OrderView(
        order_id=order.id,
        order_no=order.order_no,
        reached=_reached(connection, order),
        lines=tuple(
            LineView(line.gname, line.gname, line.qty, line.total_fen) for line in order.lines
        ),
        goods_fen=order.goods_fen,
        freight_fen=order.freight_fen,
        duty_fen=sum(line.duty_fen for line in order.lines),
        consumption_fen=sum(line.consumption_fen for line in order.lines),
        vat_fen=sum(line.vat_fen for line in order.lines),
        total_fen=order.paid_share_fen,
        list_no=_list_no(connection, order),
        waybill_no=order.waybill_no,
        ended=_ended(connection, order, why),
        why=why,
        complaint=_complaint(connection, order) if order.state == "signed_for" else "",
        coming_back=_coming_back(connection, order),
        customs_wish=wish_of(connection, order.id) if order.state in ON_THE_WAY else None,
    )


def _coming_back(connection: Connection, order: Order) -> str | None:
    """Return where the return of an order stands that has left the zone."""
    if order.state not in OUTSIDE:
        return None
    case = latest_return(connection, order.id)
    return case.state if case is not None and case.state != "given_up" else None


def _complaint(connection: Connection, order: Order) -> str:
    """Return the phone at which the merchant of an order takes complaints and returns."""
    asked = select(offer.c.complaint).join(customs_order, customs_order.c.offer_id == offer.c.id)
    found = connection.execute(asked.where(customs_order.c.id == order.id)).scalar_one_or_none()
    return found or ""


def _why(connection: Connection, order: Order) -> Why | None:
    """Return why a paid order ended, as it was told then; None where the payer differed."""
    if order.state == "returned":
        return Why.RETURNED
    if order.state != "refused" or payer_check_of(connection, order.id) == "different":
        return None
    told = fact_table.c
    payload = connection.execute(
        select(told.payload)
        .where(told.subject == f"customs_order:{order.id}", told.name == "order.refused")
        .order_by(told.id)
        .limit(1)
    ).scalar_one_or_none()
    return told_why(json.loads(payload)["reason"]) if payload else Why.CUSTOMS


def _ended(connection: Connection, order: Order, why: Why | None) -> Ended | None:
    """Return how the order ended; one that we refused ourselves is not put down to customs.

    One that ended after its payment has one more end: its money is back.
    """
    if order.state not in _ENDED:
        return None
    if order.state == "refused" and why is None:
        return Ended.PAYER_DIFFERS
    if is_refunded(connection, order.id):
        return Ended.REFUNDED
    return Ended.WITHDRAWN if why is Why.WITHDRAWN else Ended(order.state)


def _reached(connection: Connection, order: Order) -> dict[Step, int]:
    steps = connection.execute(
        select(order_step.c.state, order_step.c.at).where(order_step.c.order_id == order.id)
    )
    reached = {Step.PLACED: order.placed_at}
    if order.paid_at is not None:
        reached[Step.PAID] = order.paid_at
    reached.update({Step(state): at for state, at in steps if state in list(Step)})
    return reached


def _list_no(connection: Connection, order: Order) -> str | None:
    if order.declaration_list_id is None:
        return None
    return lists.row_of(connection, order.declaration_list_id).invt_no or None
