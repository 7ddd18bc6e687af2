"""One key sent to the groups of two warehouses, which judge without seeing each other."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from kernel.errors import Problem
from kernel.idempotency import KeyReused
from shop.checkout import place_group
from shop.offer.ask import PlaceAsk, Placed
from shop.place_order import place_order, placings
from tests.support.sample_house import Shopper, one, shopper

KEY = "key-for-two-warehouses"


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[Barrier]:
    """Both groups have read that the key is new before either writes.

    SQLite lets the second in when the first has committed: there the barrier breaks, unmet.
    """
    met, judge = Barrier(2), place_group.judge

    def judge_together(*read: Any) -> Any:
        with suppress(BrokenBarrierError):
            met.wait(timeout=1)
        return judge(*read)

    monkeypatch.setattr(place_group, "judge", judge_together)
    yield met
    placings.close()


def _outcome(place: Callable[[], Placed]) -> Placed | Problem:
    try:
        return place()
    except Problem as problem:
        return problem


def _send(who: Shopper, ask: PlaceAsk) -> Callable[[], Placed]:
    return lambda: place_order(who.actor, ask, key=KEY)


def test_a_key_that_goes_to_two_warehouses_at_once_is_answered_once(sample, elsewhere, at_once):
    """One sending gets its judgement; the other learns that the key had another body."""
    who = shopper()
    asks = [sample.ask(), elsewhere]

    with ThreadPoolExecutor() as pool:
        outcomes = list(pool.map(_outcome, [_send(who, ask) for ask in asks]))

    assert [isinstance(outcome, KeyReused) for outcome in outcomes].count(True) == 1
    placed = [outcome for outcome in outcomes if isinstance(outcome, Placed)]
    assert one("SELECT COUNT(*) FROM customs_order") == len(placed)
    assert one("SELECT COUNT(*) FROM idempotency") == 1


def test_a_key_that_goes_to_another_warehouse_later_is_refused(sample, elsewhere):
    """The first answer stands; nothing was done for the second body."""
    who = shopper()
    place_order(who.actor, sample.ask(), key=KEY)

    with pytest.raises(KeyReused):
        place_order(who.actor, elsewhere, key=KEY)

    assert one("SELECT COUNT(*) FROM customs_order") == 1
