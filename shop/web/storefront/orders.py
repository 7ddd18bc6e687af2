"""Decides the page of one checkout: where its parcels are, and the one thing to do now.

Leaves reading it and opening the payment to the ports.
"""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from kernel import clock
from shop.web.login import current_actor, require
from shop.web.storefront.order_view import STEPS
from shop.web.storefront.pages import NOTHING_TYPED, Mishap, Typed, page, shown_again
from shop.web.storefront.ports import ports


def _checkout(
    checkout_id: int, *, mishap: Mishap | None = None, typed: Typed = NOTHING_TYPED
) -> Response:
    del typed  # the page has a button, nothing to type
    view = ports().order(current_actor(), checkout_id)
    return page("order", mishap=mishap, checkout=view, steps=STEPS, now=clock.now())


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
    bp.get("/orders/<int:checkout_id>")(order_page)
    bp.post("/orders/<int:checkout_id>/pay")(pay)
