"""Decides how the people of a trade sign up and buy: each by the product's own verbs.

Money is paid on the provider's page (``paying``); what customs makes of it is not known here.
"""

import json
import re
import threading
from dataclasses import dataclass
from pathlib import Path

from kernel import actor, clock, config, web
from kernel.actor import Actor
from load.trade.world import Person
from settlement.payments.providers import provider_can_declare
from shop.accounts.consents import ID_NUMBER_VERSION
from shop.accounts.give_consent import give_consent
from shop.accounts.identity_service import HttpIdentityService
from shop.accounts.send_code import send_code
from shop.accounts.sessions import signed_in
from shop.accounts.sign_in import sign_in
from shop.accounts.verify_identity import verify_identity
from shop.offer.ask import Consignee, PlaceAsk, Placed
from shop.offer.notices import NOTICES_VERSION
from shop.offer.quote import Quote
from shop.offer.show_offer import show_offer
from shop.offer.shown import ShownOffer
from shop.pay_checkout import pay_checkout
from shop.place_order import place_order

_gateway = threading.Lock()
"""Messages are taken one at a time: whoever looks for theirs sees no half of another's."""


@dataclass(frozen=True)
class Shopper:
    """A person with an account, verified and consenting."""

    person: Person
    account_id: int


def sign_up(person: Person) -> Shopper:
    """Return the person signed up by phone and code, and verified by the identity service."""
    with _gateway:
        send_code(person.phone, language="zh-CN")
        code = _code_sent_to(person.phone)
    token = sign_in(person.phone, code, language="zh-CN")
    session = signed_in(token)
    if session is None:
        raise RuntimeError("a new session is not believed")
    who = Actor("account", session.id)
    with actor.acting(who), actor.correlated(""):
        give_consent(who, ID_NUMBER_VERSION)
        service = HttpIdentityService(config.current().identity_url)
        verify_identity(who, person.name, person.id_number, verifier=service)
    return Shopper(person, session.id)


def _code_sent_to(phone: str) -> str:
    """Return the code in the message that waits for a phone, and take the message."""
    for file in Path(config.current().notifier_dir).glob("*.json"):
        message = json.loads(file.read_text(encoding="utf-8"))
        if message["to"].endswith(phone):
            file.unlink()
            (code,) = re.findall(r"(?<!\d)\d{6}(?!\d)", message["text"])
            return str(code)
    raise RuntimeError("no message waits for the phone")


def offer_on(shelf_code: str) -> ShownOffer:
    """Return what a scan of a shelf shows now."""
    return show_offer(shelf_code, clock.china_date(clock.now()), can_declare=provider_can_declare)


def place(shopper: Shopper, offer: ShownOffer, quote: Quote) -> tuple[Actor, Placed]:
    """Return the actor, standing in the offer's outlet, and the checkout placed."""
    who = Actor("account", shopper.account_id, offer.outlet_id)
    person = shopper.person
    ask = PlaceAsk(
        shelf_code=offer.shelf_code,
        offer_id=offer.offer_id,
        qty=quote.qty,
        consignee=Consignee(
            person.name, f"+86{person.phone}", person.address, person.district_code
        ),
        shown_total_fen=quote.total_fen,
        price_version=offer.terms.price_version,
        notices_version=NOTICES_VERSION,
    )
    with actor.acting(who), actor.correlated(""):
        return who, place_order(who, ask, key=web.new_request_key())


def open_page(who: Actor, checkout_id: int) -> str:
    """Return the address of the provider's page for a checkout."""
    with actor.acting(who), actor.correlated(""):
        address = f"{config.current().public_url}/orders/{checkout_id}"
        return pay_checkout(who, checkout_id, return_url=address)
