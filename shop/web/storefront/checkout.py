"""Decides the page on which a shopper confirms one order, and what confirming leads to.

Leaves placing to shop.place_order and paying to orders.py.
"""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from kernel import clock, db, web
from kernel.errors import Problem
from kernel.web.front import raise_what_was_told
from settlement.tax.limits import YEAR_LIMIT_FEN
from shop.accounts.buyers import Buyer, open_phone, read_buyer
from shop.offer.quantity import parse_quantity
from shop.offer.quote import Quote
from shop.offer.shown import ShownOffer
from shop.web.login import current_actor, device_of, require
from shop.web.storefront.checkout_form import parse_checkout
from shop.web.storefront.pages import NOTHING_TYPED, Mishap, Typed, page, shown_again
from shop.web.storefront.ports import ports

FIELDS = ("qty", "price", "consignee_name", "phone", "district", "address", "notices")


def checkout_form(*, mishap: Mishap | None = None, typed: Typed = NOTHING_TYPED) -> Response:
    """Return the form with the price as it is now, for one piece if so many have none."""
    return _form(_buyer(), mishap, typed)


def _form(buyer: Buyer, mishap: Mishap | None, typed: Typed) -> Response:
    offer = _offer(typed)
    try:
        quote = _quote(offer, typed)
    except Problem:
        if mishap is None:
            raise
        quote = offer.quote(1)
    return page(
        "checkout",
        mishap=mishap,
        typed=typed,
        offer=offer,
        quote=quote,
        account_phone=open_phone(buyer).removeprefix("+86"),
        left_fen=_left_fen(buyer),
        idempotency_key=_key(typed, mishap),
    )


def _quote(offer: ShownOffer, typed: Typed) -> Quote | None:
    return offer.quote(parse_quantity(typed.get("qty", "1")))


def _offer(typed: Typed) -> ShownOffer:
    today = clock.china_date(clock.now())
    return ports().show_offer(typed.get("code", ""), today)


def _buyer() -> Buyer:
    with db.read() as conn:
        return read_buyer(conn, current_actor().id)


def _left_fen(buyer: Buyer) -> int:
    used_fen = ports().used_fen(buyer.person_lookup) if buyer.person_lookup else 0
    return max(0, YEAR_LIMIT_FEN - used_fen)


def _key(typed: Typed, mishap: Mishap | None) -> str:
    """Return the form's own key: minted with the form, new once a refusal has spent it."""
    known = typed.get("idempotency_key", "")
    if known and not (mishap is not None and mishap.key_is_spent):
        return known
    return web.new_request_key()


def _opened(*, mishap: Mishap | None = None, typed: Typed = NOTHING_TYPED) -> Response:
    """Return the form as the offer page opened it: by its address, nothing typed yet."""
    del typed
    return checkout_form(mishap=mishap, typed=request.args)


@require("shopper")
@shown_again(_opened, *FIELDS)
def checkout_page() -> Response:
    """Show the form to a verified buyer; others are led through the identity page."""
    buyer = _buyer()
    if buyer.person_lookup is None or not buyer.consented:
        here = request.full_path.rstrip("?")
        return redirect(url_for("storefront.identity_page", next=here), 303)
    return _form(buyer, None, request.args)


@require("shopper")
@shown_again(checkout_form, *FIELDS)
def price_again() -> Response:
    """Show the form with the total of another quantity, everything typed kept."""
    return checkout_form(typed=request.form)


@require("shopper")
@shown_again(checkout_form, *FIELDS)
def confirm() -> Response:
    """Place what the shopper confirmed; all its orders stand, or none."""
    raise_what_was_told()
    ask = parse_checkout(request.form)
    device = device_of(request.cookies)
    placed = ports().place(current_actor(), ask, key=web.request_key(), device=device)
    answer = redirect(url_for("storefront.order_page", checkout_id=placed.checkout_id), 303)
    if placed.replayed:
        answer.headers["Idempotency-Replayed"] = "true"
    return answer


def add_to(bp: Blueprint) -> None:
    """Route the page."""
    bp.get("/checkout")(checkout_page)
    bp.post("/checkout/price")(price_again)
    bp.post("/checkout")(confirm)
