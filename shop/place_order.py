"""Decides whether a shopper's order is placed: the whole checkout stands, or nothing does.

The verdict is reached in the warehouse's group; taking the money is ``capture_payment``'s.
"""

import asyncio

from kernel import clock, config, idempotency
from kernel.actor import Actor, correlation
from kernel.batch import RowsMissed
from kernel.groups import Bell, Group, GroupBusy, Groups
from shop.accounts.errors import SignInRequired
from shop.checkout.offer_facts import believed_facts, offer_facts, read_what_ages
from shop.checkout.place_group import Answered, commit_placings
from shop.checkout.prepare import Asking
from shop.checkout.waiting import WaitingLine
from shop.offer.ask import PlaceAsk, Placed, Sender

MOST_WAITING = 400
"""Two groups: who is taken in is answered soon, whoever else asks; the others are told to wait."""

placings: Groups[Asking, Answered] = Groups("place", commit_placings, most_waiting=MOST_WAITING)


def place_order(actor: Actor, ask: PlaceAsk, *, key: str, device: str = "") -> Placed:
    """Place what the actor confirmed; the same key again answers the same.

    Raises ``SignInRequired``, ``IdentityRequired``, ``ConsentNotGiven``, ``OfferClosed``,
    ``ProviderCannotDeclare``, ``PriceChanged``, ``AddressIsOutlet``, ``StockShort``,
    ``TooManyHolds``, ``OverSingleLimit``, ``OverYearLimit``, ``OverWeightLimit``, ``KeyReused``; nothing is placed then.
    """
    if actor.kind != "account":
        raise SignInRequired()
    asking = Asking(
        asker=actor.id,
        outlet_id=actor.outlet_id,
        ask=ask,
        key=key,
        body_hash=idempotency.hash_body(ask.as_dict()),
        facts=offer_facts(ask.offer_id),
        correlation=correlation(),
        device=device,
    )
    group = placings.of(asking.facts.warehouse_id)
    try:
        return _placed(group.hand_in(asking))
    except RowsMissed:  # the key went to two warehouses at once, and its answer stands now
        return _placed(group.hand_in(asking))


class PlacingInLoop:
    """``place_order`` for an event loop: it holds up nothing else, and leaves out what would."""

    def __init__(self) -> None:
        self._bell: Bell | None = None
        self._lines: dict[int, tuple[Group[Asking, Answered], WaitingLine]] = {}

    async def __call__(
        self, sender: Sender, ask: PlaceAsk, *, key: str, waiting_ticket: str = ""
    ) -> Placed | None:
        """Place as ``place_order`` does; None where the offer would have to be read first.

        Raises ``MustWait``, too: others came before, and ``waiting_ticket`` says since when this one waits.
        """
        bell = self._bell or Bell(asyncio.get_running_loop())
        self._bell = bell
        facts = believed_facts(
            ask.offer_id, lambda: bell.loop.run_in_executor(None, read_what_ages)
        )
        if facts is None:
            return None
        asking = Asking(
            asker=sender.token_hash,
            outlet_id=sender.outlet_id,
            ask=ask,
            key=key,
            body_hash=idempotency.hash_body(ask.as_dict()),
            facts=facts,
            correlation=sender.correlation,
            device=sender.device,
        )
        group = placings.of(facts.warehouse_id)
        line = self._line(facts.warehouse_id, group)
        await line.turn(f"{sender.token_hash}:{key}", waiting_ticket)
        try:
            return _placed(await bell.hand_in(group, asking))
        except RowsMissed:
            return _placed(await bell.hand_in(group, asking))
        except GroupBusy:  # threads handed in meanwhile
            line.send_away(f"{sender.token_hash}:{key}", clock.now())
        finally:
            line.go_on()

    def _line(self, warehouse_id: int, group: Group[Asking, Answered]) -> WaitingLine:
        known = self._lines.get(warehouse_id)
        if known is None or known[0] is not group:
            known = (group, WaitingLine(group, config.current().secret_key))
            self._lines[warehouse_id] = known
        return known[1]


def _placed(answered: Answered) -> Placed:
    result = answered.result
    return Placed(
        account_id=answered.account_id,
        checkout_id=int(result["checkout_id"]),
        order_ids=tuple(int(order_id) for order_id in result["order_ids"]),
        total_fen=result["total_fen"],
        expires_at=result["expires_at"],
        replayed=answered.replayed,
    )
