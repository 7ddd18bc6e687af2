"""What is done by the clock goes round all that waits, whatever becomes of one of them."""

import time

import pytest
from sqlalchemy import select

from kernel import db
from kernel.errors import Refusal, Unavailable
from shop import duties
from shop.duties import Round
from shop.tables import checkout


@pytest.fixture
def waiting(database, monkeypatch) -> list[int]:
    """Seven checkouts, taken three a turn."""
    monkeypatch.setattr(duties, "SWEPT", 3)
    with database.write() as conn:
        conn.execute(
            checkout.insert(),
            [
                {
                    "id": number,
                    "owner": "account:1",
                    "account_id": 1,
                    "state": "placed",
                    "seq": 1,
                    "total_fen": 1,
                    "provider": "boxed_wallet",
                    "placed_at": 1,
                    "expires_at": 2,
                    "correlation": "c",
                    "home_shard": 0,
                }
                for number in range(1, 8)
            ],
        )
    return list(range(1, 8))


def going_round(fails: dict[int, Exception], asked: list[int]) -> Round:
    """Return a round over all checkouts whose verb fails as told; ``asked`` keeps whom it asked."""

    def verb(number: int) -> None:
        asked.append(number)
        assert not db.in_transaction()
        if number in fails:
            raise fails[number]

    return Round(verb, lambda: select(checkout.c.id))


def test_what_never_ends_hides_nothing_behind_it(waiting):
    """More wait for ever than one turn takes: each is asked once a round."""
    asked: list[int] = []
    everybody = going_round({}, asked)

    for _ in range(3):
        everybody()
    everybody()

    assert asked == [*waiting, 1, 2, 3]


@pytest.mark.parametrize("failure", [Refusal(), KeyError("x")])
def test_one_that_fails_holds_up_no_other(waiting, failure):
    """A vehicle passed with a parcel that nobody loaded: a person's matter, not the others'."""
    asked: list[int] = []
    everybody = going_round({1: failure}, asked)

    everybody()

    assert asked == [1, 2, 3]


def test_an_outage_ends_the_turn_and_the_next_goes_on_behind_it(waiting):
    """The courier does not answer: not seven times five seconds, and not number 2 for ever."""
    asked: list[int] = []
    everybody = going_round({2: Unavailable()}, asked)

    with pytest.raises(Unavailable):
        everybody()
    everybody()

    assert asked == [1, 2, 3, 4, 5]


def test_a_turn_ends_after_its_time_and_the_next_goes_on(waiting):
    """Every answer takes longer than a turn may: one is asked a turn, and none twice."""
    asked: list[int] = []
    slow = going_round({}, asked)
    slow.within_s = 0.005
    verb = slow.verb
    slow.verb = lambda number: (verb(number), time.sleep(0.01))

    for _ in range(3):
        slow()

    assert asked == [1, 2, 3]
