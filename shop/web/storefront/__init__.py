"""The shopper's pages: shelf, sign-in, identity, checkout, order; no rule and no query of its own."""

from flask import Blueprint

from shop.web.storefront import checkout, identity, orders, shelf, signing_in


def make_storefront() -> Blueprint:
    """Return the blueprint of the shopper's pages; ``ports.set_ports`` fills what they need."""
    bp = Blueprint("storefront", __name__)
    for part in (shelf, signing_in, identity, checkout, orders):
        part.add_to(bp)
    return bp
