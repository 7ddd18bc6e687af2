"""Decides what one placing is judged on: the offer as believed, the buyer as read, the price.

Reading the buyers of a group is ``place_group``'s business, the verdict is ``judge``'s.
"""

from dataclasses import dataclass
from datetime import date

from bonded_display.stock.choose import Choice, choose_item
from bonded_display.stock.errors import StockShort
from kernel import crypto, ids
from kernel.actor import Actor
from kernel.errors import Problem, Refusal
from kernel.idempotency import Sent
from settlement.payments.errors import ProviderCannotDeclare
from settlement.payments.providers import provider_can_declare
from shop.accounts.buyers import Buyer, open_person, open_phone
from shop.accounts.errors import ConsentNotGiven
from shop.checkout.judge import Frozen, PlaceRequest
from shop.checkout.offer_facts import OfferFacts
from shop.checkout.plan import Wanted, plan_order
from shop.errors import AddressIsOutlet, IdentityRequired
from shop.offer.ask import PlaceAsk
from shop.offer.errors import OfferClosed, PriceChanged
from shop.offer.quote import freight


@dataclass(frozen=True, slots=True)
class Asking:
    """One confirmed form on its way into the group of its offer's warehouse.

    ``asker`` is an account's id, or the hash of a session's token that nobody has looked up yet.
    """

    asker: int | str
    outlet_id: int | None
    ask: PlaceAsk
    key: str
    body_hash: str
    facts: OfferFacts
    correlation: str
    device: str = ""

    @property
    def lane(self) -> int | None:
        """Return whose turn it takes in the group's line: its outlet's, or those who scanned none."""
        return self.outlet_id


def prepare(asking: Asking, buyer: Buyer, *, on: date) -> PlaceRequest:
    """Price the ask on what is expected to be free; refusals of the offer travel with it.

    What only the buyer can mend (identity, consent) is told and not remembered under the key.
    """
    owner = Actor("account", buyer.account_id).owner
    request = PlaceRequest(
        account_id=buyer.account_id,
        sent=Sent(owner, asking.key, asking.body_hash),
        checkout_id=ids.new(),
        order_id=ids.new(),
        warehouse_id=asking.facts.warehouse_id,
        year=on.year,
        shown_total_fen=asking.ask.shown_total_fen,
    )
    try:
        _check_buyer(buyer)
    except Problem as problem:
        request.unready = problem
        return request
    try:
        _check_offer(asking.facts, asking.ask)
        _price(request, asking.ask, asking.facts, on=on)
    except Refusal as refusal:
        request.refusal = refusal
    except Problem as problem:  # told to this one alone: the group goes on
        request.unready = problem
    else:
        request.frozen = _frozen(request, asking, buyer)
    return request


def _check_buyer(buyer: Buyer) -> None:
    if buyer.person_lookup is None:
        raise IdentityRequired()
    if not buyer.consented:
        raise ConsentNotGiven()


def _check_offer(facts: OfferFacts, ask: PlaceAsk) -> None:
    if not facts.open or facts.route != "retail_import":
        raise OfferClosed()
    if not provider_can_declare(facts.provider):
        raise ProviderCannotDeclare(provider=facts.provider)
    there = ask.consignee
    outlet = facts.house.own_places.named(address=there.address, phone=there.phone)
    if outlet is not None:
        raise AddressIsOutlet(outlet=outlet)


def _price(request: PlaceRequest, ask: PlaceAsk, facts: OfferFacts, *, on: date) -> None:
    wanted = Wanted(
        item_id=facts.item_id,
        sku=facts.sku,
        gtin14=facts.gtin14,
        qty=ask.qty,
        price_fen=facts.terms.price_fen,
        book_items=facts.book_items,
    )
    request.wanted = (wanted,)
    request.expected = (_expected(wanted, facts, on=on),)
    request.plan = plan_order(
        request.wanted,
        request.expected,
        freight_fen=freight(facts.terms, wanted.price_fen * wanted.qty),
    )
    if ask.price_version != facts.terms.price_version:
        raise PriceChanged(shown_fen=ask.shown_total_fen, now_fen=request.plan.total_fen)


def _expected(wanted: Wanted, facts: OfferFacts, *, on: date) -> tuple[Choice, ...]:
    """Return the likely choice; near the end any item will do, the judge decides."""
    try:
        return choose_item(facts.levels, wanted.qty, item_id=wanted.item_id, on=on)
    except StockShort:
        return (Choice(min(facts.book_items), wanted.qty),)


def _frozen(request: PlaceRequest, asking: Asking, buyer: Buyer) -> Frozen:
    person, order_id, facts, ask = open_person(buyer), request.order_id, asking.facts, asking.ask
    house = facts.house
    who = {
        "name": person.name,
        "id_number": person.id_number,
        "phone": open_phone(buyer).removeprefix("+86"),
    }
    there = ask.consignee.as_dict()
    there["phone"] = there["phone"].removeprefix("+86")
    return Frozen(
        owner=request.sent.owner,
        account_id=buyer.account_id,
        correlation=asking.correlation,
        person_lookup=str(buyer.person_lookup),
        outlet_id=asking.outlet_id,
        device=asking.device,
        offer_id=ask.offer_id,
        provider=facts.provider,
        platform_enterprise_id=house.platform_enterprise_id,
        merchant_enterprise_id=house.merchant_enterprise_id,
        courier_enterprise_id=house.courier_enterprise_id,
        parties=house.parties,
        notices_version=ask.notices_version,
        buyer_sealed=crypto.seal_json(who, f"customs_order.buyer:{order_id}"),
        consignee_sealed=crypto.seal_json(there, f"customs_order.consignee:{order_id}"),
    )
