"""Decide, one request after the other, what a group places: the pure noun of the hot path.

Reading the books and writing the verdicts is ``place_group``'s business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bonded_display.stock.choose import Level, choose_item
from kernel.errors import Problem, Refusal
from kernel.idempotency import Sent
from settlement.tax import limits
from settlement.tax.rates import WeightLimit
from settlement.tax.take_weight import Weights
from shop.checkout.holds import Holds
from shop.checkout.plan import Choices, OrderPlan, Wanted, plan_order
from shop.offer.errors import PriceChanged


@dataclass(frozen=True, slots=True)
class Frozen:
    """What an order keeps of the shopper, the offer and the parties, whatever is judged."""

    owner: str
    account_id: int
    correlation: str
    person_lookup: str
    outlet_id: int | None
    device: str
    offer_id: int
    provider: str
    platform_enterprise_id: int
    merchant_enterprise_id: int
    courier_enterprise_id: int
    parties: str
    notices_version: str
    buyer_sealed: bytes
    consignee_sealed: bytes


@dataclass(slots=True)
class PlaceRequest:
    """One placing, priced on the items it expected to get.

    ``refusal`` is a verdict reached before the group: it is only remembered under the key.
    ``unready`` is told and not remembered: the same key may be sent again.
    """

    account_id: int
    sent: Sent
    checkout_id: int
    order_id: int
    warehouse_id: int
    year: int
    frozen: Frozen | None = None
    wanted: tuple[Wanted, ...] = ()
    expected: Choices = ()
    plan: OrderPlan | None = None
    shown_total_fen: int = 0
    refusal: Refusal | None = None
    unready: Problem | None = None


class Books:
    """Levels, limits and holds as the judged requests of one group leave them, in memory."""

    def __init__(
        self,
        levels: list[Level],
        used_fen: Mapping[tuple[str, int], int],
        used_e5: Weights | None = None,
        *,
        on: date,
        holds: Holds | None = None,
    ) -> None:
        self.on = on
        self.holds = holds or Holds({}, {})
        self._levels: dict[int, dict[int, Level]] = {}
        for level in levels:
            self._levels.setdefault(level.item_id, {})[level.account_book_item_id] = level
        self._used_fen = dict(used_fen)
        self._used_e5 = used_e5 or {}

    def choose(self, wanted: tuple[Wanted, ...]) -> Choices:
        """Return the account-book items for each of ``wanted``; raises ``StockShort``."""
        return tuple(
            choose_item(
                [
                    level
                    for level in self._levels.get(want.item_id, {}).values()
                    if level.account_book_item_id in want.book_items
                ],
                want.qty,
                item_id=want.item_id,
                on=self.on,
            )
            for want in wanted
        )

    def used_fen(self, person_lookup: str, year: int) -> int:
        """Return what the person has used of the year's limit so far."""
        return self._used_fen.get((person_lookup, year), 0)

    def used_e5(self, person_lookup: str, year: int) -> dict[WeightLimit, int]:
        """Return what the person has used of the year's limits of weight so far."""
        return self._used_e5.setdefault((person_lookup, year), {})

    def take(self, plan: OrderPlan, *, person_lookup: str, year: int) -> None:
        """Count a placed plan, so that the next request sees less."""
        for line in plan.lines:
            levels = self._levels[line.wanted.item_id]
            level = levels[line.book_item.account_book_item_id]
            levels[level.account_book_item_id] = replace(level, held=level.held + line.qty)
        self._used_fen[person_lookup, year] = self.used_fen(person_lookup, year) + plan.value_fen
        weights = self.used_e5(person_lookup, year)
        for kind, net_e5 in plan.limited_e5.items():
            weights[kind] = weights.get(kind, 0) + net_e5


def judge(request: PlaceRequest, books: Books) -> OrderPlan | Problem:
    """Return the plan that stands, counted in ``books``, or why nothing was placed.

    The price is computed anew only when other items are free than the request expected.
    """
    if request.refusal is not None or request.frozen is None or request.plan is None:
        return request.refusal or Refusal()
    try:
        books.holds.check(request.frozen)
        choices = books.choose(request.wanted)
        plan = request.plan
        if choices != request.expected:
            plan = plan_order(
                request.wanted,
                choices,
                freight_fen=plan.freight_fen,
                insurance_fen=plan.insurance_fen,
            )
        if plan.total_fen != request.shown_total_fen:
            return PriceChanged(shown_fen=request.shown_total_fen, now_fen=plan.total_fen)
        buyer = request.frozen.person_lookup
        used_fen = books.used_fen(buyer, request.year)
        limits.check(plan.value_fen, pieces=plan.pieces, year_used_fen=used_fen)
        limits.check_weights(plan.limited_e5, books.used_e5(buyer, request.year))
    except Problem as problem:
        return problem
    books.take(plan, person_lookup=buyer, year=request.year)
    books.holds.take(request.frozen)
    return plan
