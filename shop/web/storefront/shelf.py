"""Decides the page a shelf code opens: the offer with its landed price.

Leaves the offer to shop.offer and ordering to checkout.py.
"""

from flask import Blueprint
from werkzeug.wrappers import Response

from kernel import clock
from shop.offer.quantity import LEAST, MOST
from shop.web import login
from shop.web.storefront.origins import origin
from shop.web.storefront.pages import page
from shop.web.storefront.ports import ports


def offer_page(gtin14: str, shelf_code: str) -> Response:
    """Show what stands behind a shelf code, and note the visit."""
    today = clock.china_date(clock.now())
    offer = ports().show_offer(shelf_code, today, gtin14=gtin14)
    answer = page(
        "offer",
        offer=offer,
        quote=offer.quote(1),
        origin=origin(offer.goods.origin_code),
        deliver_on=clock.china_date(clock.now() + offer.deliver_within_days * clock.DAY),
        least=LEAST,
        most=min(MOST, max(LEAST, offer.goods.free)),
    )
    return login.remember_visit(answer, outlet_id=offer.outlet_id, shelf_code=shelf_code)


def home_page() -> Response:
    """Say what to do here: scan a shelf."""
    return page("home")


def add_to(bp: Blueprint) -> None:
    """Route the page under the GS1 Digital Link of its label."""
    bp.get("/01/<gtin14>/21/<shelf_code>")(offer_page)
    bp.get("/")(home_page)
