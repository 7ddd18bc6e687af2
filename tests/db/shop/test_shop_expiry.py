"""Checkouts that nobody paid end many at once: quickly, each of them, whatever becomes of one."""

from collections.abc import Callable

import pytest
from sqlalchemy import event, text

from kernel import db
from kernel.clock import MINUTE
from shop import expire_checkout as ending
from shop.expire_checkout import expire_checkouts, sweep_expired
from tests.db.shop.money import Sale, sell
from tests.support import sample_house
from tests.support.sample_house import one, rows


@pytest.fixture
def overdue(sample, clock) -> list[Sale]:
    """Five unpaid checkouts of five people; the first's time is over, then the others'."""
    ask = sample.ask()
    sales = []
    for number in range(1, 6):
        sales.append(sell(sample, number, pay=False, ask=ask))
        clock.tick(1)
    clock.set(max(sale.placed.expires_at for sale in sales))
    return sales


def states() -> list[tuple[str, str]]:
    return rows(
        "SELECT c.state, o.state FROM checkout c JOIN customs_order o ON o.checkout_id = c.id"
        " ORDER BY c.id"
    )


def test_all_that_is_overdue_ends_together(overdue, sample):
    """Orders, pieces and limits, each with its step; a second time nothing happens."""
    ids = [sale.placed.checkout_id for sale in overdue]

    assert expire_checkouts(ids) == 5
    assert expire_checkouts(ids) == 0

    assert states() == [("expired", "expired")] * 5
    assert rows("SELECT state FROM order_step WHERE state = 'expired'") == [("expired",)] * 5
    assert one("SELECT SUM(used_fen) FROM limit_year") == 0
    assert sample_house.free_pieces(sample.goods.sku) == 6
    assert sample_house.held_is_reserved()


def test_what_is_not_over_stands(overdue, clock):
    """One instant earlier the last of them could still be paid."""
    clock.set(overdue[-1].placed.expires_at - 1)

    assert expire_checkouts([sale.placed.checkout_id for sale in overdue]) == 4

    assert states()[-1] == ("placed", "placed")
    assert sample_house.held_is_reserved()


def test_a_sweep_takes_all_of_them_the_oldest_first(overdue, monkeypatch):
    """More are over than end at once: one sweep goes on until none is left."""
    monkeypatch.setattr(ending, "AT_ONCE", 2)
    together: list[list[int]] = []
    monkeypatch.setattr(ending, "expire_checkouts", _noting(expire_checkouts, together))

    sweep_expired()

    ids = [sale.placed.checkout_id for sale in overdue]
    assert together == [ids[:2], ids[2:4], ids[4:]]
    assert states() == [("expired", "expired")] * 5


def _noting(verb: Callable[..., int], noted: list[list[int]]) -> Callable[..., int]:
    def note(checkout_ids: list[int]) -> int:
        noted.append(list(checkout_ids))
        return verb(checkout_ids)

    return note


def test_one_that_cannot_end_holds_up_no_other(overdue):
    """The books of one order contradict themselves: it stays, and the four others end."""
    broken = overdue[1].placed.checkout_id
    with db.write() as connection:
        connection.execute(
            text("UPDATE customs_order SET state = 'signed_for' WHERE checkout_id = :id"),
            {"id": broken},
        )

    sweep_expired()

    assert [state for state, _ in states()].count("expired") == 4
    assert one("SELECT state FROM checkout WHERE id = :id", id=broken) == "placed"
    assert sample_house.held_is_reserved()


def test_a_hundred_take_no_more_statements_than_one(overdue, clock, database):
    """What grows is the rows of a statement, and the locks, which share a trip."""
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *w: asked.append(str(w[2])))

    assert expire_checkouts([overdue[0].placed.checkout_id]) == 1
    alone = len(asked)
    asked.clear()
    assert expire_checkouts([sale.placed.checkout_id for sale in overdue[1:]]) == 4

    assert len(asked) == alone


@pytest.mark.parametrize("minutes", [0, 10])
def test_nothing_is_over_on_a_quiet_day(sample, clock, minutes):
    """Placed just now: a sweep changes nothing."""
    sell(sample, pay=False)
    clock.tick(minutes * MINUTE // 1_000_000)

    sweep_expired()

    assert states() == [("placed", "placed")]
