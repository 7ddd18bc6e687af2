"""Decides the shopper's orders: their list, and of one checkout where its parcels are.

Leaves reading it and opening the payment to the ports.
"""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from bonded_display.web.paging import place
from kernel import clock, db
from shop.accounts.buyers import open_person, open_phone, read_buyer
from shop.accounts.id_number import masked_name
from shop.accounts.phone import masked_phone
from shop.web.login import current_actor, require
from shop.web.storefront.order_view import FINAL, STEPS
from shop.web.storefront.pages import NOTHING_TYPED, Mishap, Typed, page, shown_again
from shop.web.storefront.ports import ports


def _checkout(
    checkout_id: int, *, mishap: Mishap | None = None, typed: Typed = NOTHING_TYPED
) -> Response:
    del typed  # the page has a button, nothing to type
    view = ports().order(current_actor(), checkout_id)
    now = clock.now()
    return page(
        "order",
        mishap=mishap,
        checkout=view,
        steps=STEPS,
        final=FINAL,
        now=now,
        today=clock.china_date(now),
    )


@require("shopper")
def orders_page() -> Response:
    """Show the shopper's own orders, the newest first."""
    with db.read() as connection:
        buyer = read_buyer(connection, current_actor().id)
    return page(
        "orders",
        found=ports().orders(current_actor(), place("before") or None),
        name=masked_name(open_person(buyer).name) if buyer.person_sealed is not None else None,
        phone=masked_phone(open_phone(buyer)),
    )


@require("shopper")
def order_page(checkout_id: int) -> Response:
    """Show a checkout to the shopper who placed it."""
    return _checkout(checkout_id)


@require("shopper")
@shown_again(_checkout)
def pay(checkout_id: int) -> Response:
    """Go to the provider's page for this checkout."""
    return redirect(ports().pay(current_actor(), checkout_id), 303)


def add_to(bp: Blueprint) -> None:
    """Route the page."""
    bp.get("/orders")(orders_page)
    bp.get("/orders/<int:checkout_id>")(order_page)
    bp.post("/orders/<int:checkout_id>/pay")(pay)
