"""Decides whether a shopper's order is placed: the whole checkout stands, or nothing does.

The verdict is reached in the warehouse's group; taking the money is ``capture_payment``'s.
"""

from kernel import idempotency
from kernel.actor import Actor, correlation
from kernel.batch import RowsMissed
from kernel.groups import Groups
from kernel.idempotency import Sent
from shop.accounts.errors import SignInRequired
from shop.checkout.offer_facts import offer_facts
from shop.checkout.place_group import Answered, commit_placings
from shop.checkout.prepare import Asking
from shop.offer.ask import PlaceAsk, Placed

placings: Groups[Asking, Answered] = Groups("place", commit_placings)


def place_order(actor: Actor, ask: PlaceAsk, *, key: str) -> Placed:
    """Place what the actor confirmed; the same key again answers the same.

    Raises ``SignInRequired``, ``IdentityRequired``, ``ConsentNotGiven``, ``OfferClosed``,
    ``ProviderCannotDeclare``, ``PriceChanged``, ``AddressIsOutlet``, ``StockShort``,
    ``OverSingleLimit``, ``OverYearLimit``, ``KeyReused``; nothing is placed then.
    """
    if actor.kind != "account":
        raise SignInRequired()
    asking = Asking(
        account_id=actor.id,
        outlet_id=actor.outlet_id,
        ask=ask,
        sent=Sent(actor.owner, key, idempotency.hash_body(ask.as_dict())),
        facts=offer_facts(ask.offer_id),
        correlation=correlation(),
    )
    group = placings.of(asking.facts.warehouse_id)
    try:
        return _placed(group.hand_in(asking))
    except RowsMissed:  # the key went to two warehouses at once, and its answer stands now
        return _placed(group.hand_in(asking))


def _placed(answered: Answered) -> Placed:
    result = answered.result
    return Placed(
        checkout_id=int(result["checkout_id"]),
        order_ids=tuple(int(order_id) for order_id in result["order_ids"]),
        total_fen=result["total_fen"],
        expires_at=result["expires_at"],
        replayed=answered.replayed,
    )
