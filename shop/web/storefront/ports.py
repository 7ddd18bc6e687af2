"""Decides what the storefront needs from the rest of the house.

Leaves filling it to shop.app, the only place that joins rooms.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from flask import Flask, current_app

from kernel.actor import Actor
from shop.accounts.identity_service import IdentityVerifier
from shop.offer.ask import PlaceAsk, Placed, Sender
from shop.offer.shown import ShownOffer
from shop.web.storefront.order_view import CheckoutView, OrdersPage

_KEY = "qianzhan_storefront"


class ShowOffer(Protocol):
    """Reads the offer behind a shelf code: ``shop.offer.show_offer`` with its provider check."""

    def __call__(self, shelf_code: str, on: date, *, gtin14: str | None = None) -> ShownOffer:
        """Return the offer, or raise ``UnknownShelfCode``, ``OfferMissing`` and their like."""


class Place(Protocol):
    """Places what a shopper confirmed: ``shop.place_order.place_order``."""

    def __call__(self, actor: Actor, ask: PlaceAsk, *, key: str, device: str = "") -> Placed:
        """Return the checkout that stands, or raise why it does not."""


class PlaceInLoop(Protocol):
    """Places in an event loop: ``shop.place_order.PlacingInLoop``."""

    async def __call__(
        self, sender: Sender, ask: PlaceAsk, *, key: str, waiting_ticket: str = ""
    ) -> Placed | None:
        """Return the checkout that stands, or None to place by ``Place``, or raise why not."""


@dataclass(frozen=True)
class Ports:
    """The storefront's way to the house; each is called outside any transaction.

    ``pay(actor, checkout_id)`` returns the provider's page for an unpaid checkout of the
    actor.  ``order(actor, checkout_id)`` returns a checkout of the actor, else ``NotFound``.
    ``orders(actor, before)`` returns a page of the actor's orders, the newest first.
    ``used_fen(person_lookup)`` returns what a person used of this year's limit.
    """

    show_offer: ShowOffer
    place: Place
    pay: Callable[[Actor, int], str]
    order: Callable[[Actor, int], CheckoutView]
    used_fen: Callable[[str], int]
    verifier: IdentityVerifier
    orders: Callable[[Actor, int | None], OrdersPage]


def set_ports(app: Flask, ports: Ports) -> None:
    """Give an application's storefront its ports."""
    app.extensions[_KEY] = ports


def ports() -> Ports:
    """Return the ports of the application that answers."""
    found = current_app.extensions[_KEY]
    assert isinstance(found, Ports)
    return found
