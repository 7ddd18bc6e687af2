"""Decides whether a shopper's order is placed: the whole checkout stands, or nothing does.

The verdict is reached in the warehouse's group; taking the money is ``capture_payment``'s.
"""

import json
from dataclasses import asdict, dataclass, field

from bonded_display.stock.choose import Choice, choose_item
from bonded_display.stock.errors import StockShort
from kernel import clock, crypto, db, ids, idempotency
from kernel.actor import Actor, correlation
from kernel.batch import Batch
from kernel.clock import china_date
from kernel.errors import Problem, Refusal
from kernel.groups import Groups
from kernel.idempotency import Sent
from shop.accounts.buyers import Buyer, open_person, open_phone, read_buyer
from shop.accounts.errors import ConsentNotGiven, SignInRequired
from shop.checkout.judge import Frozen, PlaceRequest
from shop.checkout.offer_facts import OfferFacts, offer_facts
from shop.checkout.place_group import Answered, commit_placings
from shop.checkout.plan import Wanted, plan_order
from shop.errors import AddressIsOutlet, IdentityRequired
from shop.offer.errors import OfferClosed, PriceChanged
from shop.offer.quote import freight


@dataclass(frozen=True)
class Consignee:
    """Who receives the parcel; the very texts that order, waybill and list will say."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)
    district_code: str


@dataclass(frozen=True)
class PlaceAsk:
    """What the shopper confirmed: so many pieces of an offer, for this total, to this address."""

    offer_id: int
    outlet_id: int | None
    qty: int
    consignee: Consignee
    shown_total_fen: int
    price_version: int
    notices_version: str


@dataclass(frozen=True)
class Placed:
    """A placed checkout; ``replayed`` says that the key's first answer was given again."""

    checkout_id: int
    order_ids: tuple[int, ...]
    total_fen: int
    expires_at: int
    replayed: bool


placings: Groups[PlaceRequest, Answered] = Groups("place", commit_placings)


def place_order(actor: Actor, ask: PlaceAsk, *, key: str) -> Placed:
    """Place what the actor confirmed; the same key again answers the same.

    Raises ``SignInRequired``, ``IdentityRequired``, ``ConsentNotGiven``, ``OfferClosed``,
    ``PriceChanged``, ``AddressIsOutlet``, ``StockShort``, ``OverSingleLimit``,
    ``OverYearLimit``, ``KeyReused``; nothing is placed then.
    """
    if actor.kind != "account":
        raise SignInRequired()
    sent = Sent(actor.owner, key, idempotency.hash_body(asdict(ask)))
    try:
        request = _prepare(actor, ask, sent)
    except Problem:
        first = _first_answer(sent)
        if first is None:
            raise
        return first
    answered = placings.of(request.warehouse_id).hand_in(request)
    return _placed(answered)


def _first_answer(sent: Sent) -> Placed | None:
    """Return what the key was answered before its offer closed or its consent ended."""
    with db.read() as connection, Batch(connection) as batch:
        found = idempotency.read_answers(batch, [sent])()
    first = found.get((sent.owner, sent.key))
    if first is None:
        return None
    again = first.again(sent)
    if isinstance(again, Problem):
        raise again
    return _placed(Answered(again, replayed=True))


def _placed(answered: Answered) -> Placed:
    result = answered.result
    return Placed(
        checkout_id=int(result["checkout_id"]),
        order_ids=tuple(int(order_id) for order_id in result["order_ids"]),
        total_fen=result["total_fen"],
        expires_at=result["expires_at"],
        replayed=answered.replayed,
    )


def _prepare(actor: Actor, ask: PlaceAsk, sent: Sent) -> PlaceRequest:
    """Price the ask on what is expected to be free; refusals of the offer travel with it."""
    facts = offer_facts(ask.offer_id)
    at = clock.now()
    buyer = _buyer(actor)
    request = PlaceRequest(
        sent=sent,
        checkout_id=ids.new(),
        order_id=ids.new(),
        warehouse_id=facts.warehouse_id,
        year=china_date(at).year,
        frozen=None,
    )
    try:
        _check_offer(facts, ask)
        return _priced(request, ask, facts, buyer)
    except Refusal as refusal:
        return PlaceRequest(
            sent=sent,
            checkout_id=request.checkout_id,
            order_id=request.order_id,
            warehouse_id=facts.warehouse_id,
            year=request.year,
            frozen=None,
            refusal=refusal,
        )


def _buyer(actor: Actor) -> Buyer:
    with db.read() as connection:
        buyer = read_buyer(connection, actor.id)
    if buyer.person_lookup is None:
        raise IdentityRequired()
    if not buyer.consented:
        raise ConsentNotGiven()
    return buyer


def _check_offer(facts: OfferFacts, ask: PlaceAsk) -> None:
    if not facts.open or facts.route != "retail_import":
        raise OfferClosed()
    there = ask.consignee
    outlet = facts.own_places.named(address=there.address, phone=there.phone)
    if outlet is not None:
        raise AddressIsOutlet(outlet=outlet)


def _priced(request: PlaceRequest, ask: PlaceAsk, facts: OfferFacts, buyer: Buyer) -> PlaceRequest:
    wanted = Wanted(
        item_id=facts.item_id,
        sku=facts.sku,
        gtin14=facts.gtin14,
        qty=ask.qty,
        price_fen=facts.terms.price_fen,
        book_items=facts.book_items,
    )
    expected = (_expected(wanted, facts),)
    plan = plan_order(
        [wanted], expected, freight_fen=freight(facts.terms, wanted.price_fen * wanted.qty)
    )
    if ask.price_version != facts.terms.price_version:
        raise PriceChanged(shown_fen=ask.shown_total_fen, now_fen=plan.total_fen)
    return PlaceRequest(
        sent=request.sent,
        checkout_id=request.checkout_id,
        order_id=request.order_id,
        warehouse_id=request.warehouse_id,
        year=request.year,
        frozen=_frozen(request, ask, facts, buyer),
        wanted=(wanted,),
        expected=expected,
        plan=plan,
        shown_total_fen=ask.shown_total_fen,
    )


def _expected(wanted: Wanted, facts: OfferFacts) -> tuple[Choice, ...]:
    """Return the likely choice; near the end any item will do, the judge decides."""
    try:
        on = china_date(clock.now())
        return choose_item(facts.levels, wanted.qty, item_id=wanted.item_id, on=on)
    except StockShort:
        return (Choice(min(facts.book_items), wanted.qty),)


def _frozen(request: PlaceRequest, ask: PlaceAsk, facts: OfferFacts, buyer: Buyer) -> Frozen:
    person = open_person(buyer)
    body = {"name": person.name, "id_number": person.id_number, "phone": open_phone(buyer)}
    return Frozen(
        owner=request.sent.owner,
        account_id=buyer.account_id,
        correlation=correlation(),
        person_lookup=str(buyer.person_lookup),
        outlet_id=ask.outlet_id,
        offer_id=ask.offer_id,
        provider=facts.provider,
        platform_enterprise_id=facts.platform_enterprise_id,
        merchant_enterprise_id=facts.merchant_enterprise_id,
        courier_enterprise_id=facts.courier_enterprise_id,
        parties=json.dumps(facts.parties, ensure_ascii=False),
        notices_version=ask.notices_version,
        buyer_sealed=crypto.seal_json(body, f"customs_order.buyer:{request.order_id}"),
        consignee_sealed=crypto.seal_json(
            asdict(ask.consignee), f"customs_order.consignee:{request.order_id}"
        ),
    )
