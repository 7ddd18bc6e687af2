"""Decides how one order of an intake is read and how its verdict is told.

An entry has the fields of the checkout form, its own key and the session of the shopper who
confirmed it; what becomes of it is judged as any placing is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kernel.actor import new_correlation
from kernel.errors import Malformed, Problem, Unavailable
from kernel.i18n import problem_words
from kernel.web.forms import usable_key
from shop.accounts.errors import SignInRequired
from shop.accounts.sessions import token_hash
from shop.checkout.waiting import MustWait
from shop.offer.ask import PlaceAsk, Placed, Sender
from shop.web.storefront.checkout_form import parse_checkout
from shop.web.storefront.waiting_page import WAITING_TICKET

MOST = 200
"""Orders of one request."""


class IntakeMalformed(Malformed):
    """The request is no list of orders, or too long a one; none of it was placed."""

    code = "intake_malformed"

    def __init__(self) -> None:
        super().__init__(most=MOST)


class EntryMalformed(Malformed):
    """One order of an intake is no object of texts; it was not placed."""

    code = "entry_malformed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One order as it was understood."""

    key: str
    token: str = field(repr=False)
    sender: Sender
    ask: PlaceAsk
    waiting_ticket: str = ""
    """Since when it waits, where it was told to come again."""


def entries_of(body: object) -> list[object]:
    """Return the orders of a request, unread; raises ``IntakeMalformed``."""
    orders = body.get("orders") if isinstance(body, Mapping) else None
    if not isinstance(orders, list) or not 1 <= len(orders) <= MOST:
        raise IntakeMalformed()
    return orders


def read_entry(given: object, *, outlet_id: int | None) -> Entry:
    """Return one order; ``outlet_id`` is the outlet of the till that brings it.

    Raises ``EntryMalformed``, ``RequestKeyInvalid``, ``SignInRequired`` without a session, and
    what ``parse_checkout`` raises.
    """
    if not isinstance(given, Mapping) or not all(isinstance(text, str) for text in given.values()):
        raise EntryMalformed()
    key, token = usable_key(given.get("key"), None), given.get("session", "")
    if not token:
        raise SignInRequired()
    sender = Sender(token_hash(token), outlet_id, new_correlation())
    return Entry(key, token, sender, parse_checkout(given), given.get(WAITING_TICKET, ""))


def key_of(given: object) -> str:
    """Return the key an order carries, as far as it can be told."""
    key = given.get("key") if isinstance(given, Mapping) else None
    return key if isinstance(key, str) else ""


def told_of(verdict: Placed | Problem, key: str, lang: str) -> dict[str, Any]:
    """Return a verdict as it travels: placed, refused, or later, which the same key asks again."""
    if isinstance(verdict, Placed):
        return {
            "key": key,
            "verdict": "placed",
            "checkout_id": str(verdict.checkout_id),
            "order_ids": [str(order_id) for order_id in verdict.order_ids],
            "total_fen": verdict.total_fen,
            "expires_at": verdict.expires_at,
            "replayed": verdict.replayed,
        }
    words = problem_words(verdict, lang)
    told: dict[str, Any] = {
        "key": key,
        "verdict": "later" if isinstance(verdict, Unavailable) else "refused",
        "code": verdict.code,
        "title": words.what,
        "detail": words.why,
        "next": words.next,
        "replayed": verdict.replayed,
    }
    if isinstance(verdict, Unavailable):
        told["retry_after_s"] = verdict.retry_after_s
    if isinstance(verdict, MustWait):
        told[WAITING_TICKET] = str(verdict.facts["waiting_ticket"])
    return told
