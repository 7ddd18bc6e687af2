"""Decides whether a shopper's order is placed: the whole checkout stands, or nothing does.

The verdict is reached in the warehouse's group; taking the money is ``capture_payment``'s.
"""

from dataclasses import asdict, replace

from bonded_display.stock.choose import Choice, choose_item
from bonded_display.stock.errors import StockShort
from kernel import clock, crypto, db, idempotency, ids
from kernel.actor import Actor, correlation
from kernel.batch import Batch
from kernel.clock import china_date
from kernel.errors import Problem, Refusal
from kernel.groups import Groups
from kernel.idempotency import Sent
from settlement.payments.providers import declaring
from shop.accounts.buyers import Buyer, believed_buyer, open_person, open_phone
from shop.accounts.errors import ConsentNotGiven, SignInRequired
from shop.checkout.judge import Frozen, PlaceRequest
from shop.checkout.offer_facts import OfferFacts, offer_facts
from shop.checkout.place_group import Answered, commit_placings
from shop.checkout.plan import Wanted, plan_order
from shop.errors import AddressIsOutlet, IdentityRequired
from shop.offer.ask import PlaceAsk, Placed
from shop.offer.errors import OfferClosed, PriceChanged
from shop.offer.quote import freight

placings: Groups[PlaceRequest, Answered] = Groups("place", commit_placings)


def place_order(actor: Actor, ask: PlaceAsk, *, key: str) -> Placed:
    """Place what the actor confirmed; the same key again answers the same.

    Raises ``SignInRequired``, ``IdentityRequired``, ``ConsentNotGiven``, ``OfferClosed``,
    ``ProviderCannotDeclare``, ``PriceChanged``, ``AddressIsOutlet``, ``StockShort``,
    ``OverSingleLimit``, ``OverYearLimit``, ``KeyReused``; nothing is placed then.
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
    buyer = _buyer(actor)
    request = PlaceRequest(
        sent=sent,
        checkout_id=ids.new(),
        order_id=ids.new(),
        warehouse_id=facts.warehouse_id,
        year=china_date(clock.now()).year,
        frozen=None,
    )
    try:
        _check_offer(facts, ask)
        priced = _priced(request, ask, facts)
    except Refusal as refusal:
        return replace(request, refusal=refusal)
    return replace(priced, frozen=_frozen(request, actor, ask, facts, buyer))


def _buyer(actor: Actor) -> Buyer:
    buyer = believed_buyer(actor.id)
    if buyer.person_lookup is None:
        raise IdentityRequired()
    if not buyer.consented:
        raise ConsentNotGiven()
    return buyer


def _check_offer(facts: OfferFacts, ask: PlaceAsk) -> None:
    if not facts.open or facts.route != "retail_import":
        raise OfferClosed()
    declaring(facts.provider)
    there = ask.consignee
    outlet = facts.own_places.named(address=there.address, phone=there.phone)
    if outlet is not None:
        raise AddressIsOutlet(outlet=outlet)


def _priced(request: PlaceRequest, ask: PlaceAsk, facts: OfferFacts) -> PlaceRequest:
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
    return replace(
        request,
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


def _frozen(
    request: PlaceRequest, actor: Actor, ask: PlaceAsk, facts: OfferFacts, buyer: Buyer
) -> Frozen:
    person, order_id = open_person(buyer), request.order_id
    who = {
        "name": person.name,
        "id_number": person.id_number,
        "phone": open_phone(buyer).removeprefix("+86"),
    }
    there = asdict(ask.consignee)
    there["phone"] = ask.consignee.phone.removeprefix("+86")
    return Frozen(
        owner=request.sent.owner,
        account_id=buyer.account_id,
        correlation=correlation(),
        person_lookup=str(buyer.person_lookup),
        outlet_id=actor.outlet_id,
        offer_id=ask.offer_id,
        provider=facts.provider,
        platform_enterprise_id=facts.platform_enterprise_id,
        merchant_enterprise_id=facts.merchant_enterprise_id,
        courier_enterprise_id=facts.courier_enterprise_id,
        parties=facts.parties,
        notices_version=ask.notices_version,
        buyer_sealed=crypto.seal_json(who, f"customs_order.buyer:{order_id}"),
        consignee_sealed=crypto.seal_json(there, f"customs_order.consignee:{order_id}"),
    )
