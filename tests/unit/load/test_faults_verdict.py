"""What a round of faults calls wrong, and what counts, without anything being killed."""

import json

import pytest

from load.faults import __main__ as faults
from load.faults import kinds
from load.faults.house import POSTGRESQL, SQLITE
from load.faults.traffic import LOST, Heard, Sending, Traffic
from load.faults.wave import Order, unwanted
from load.trade.world import Person

NOBODY = Person("", "", "", "", "", "")
PLACED = Heard("server-1", 303, "/orders/7")
SOLD_OUT = Heard("server-2", 409, text=json.dumps({"code": "stock_short"}))
AWAY = Heard("server-1", 503, retry_after="5")


def order(*heard: Heard) -> Order:
    """An order that was answered so."""
    return Order("key", "", "", NOBODY, pays=False, heard=list(heard))


def wrong(*heard: Heard, may_break: bool = False) -> list[str]:
    """Return what is wrong with the answers to one order."""
    return unwanted([order(*heard)], heard, may_break=may_break)


@pytest.mark.parametrize(
    "heard",
    [
        (PLACED, PLACED),
        (AWAY, PLACED),
        (SOLD_OUT, AWAY, SOLD_OUT),
        (Heard("s", 429, "", False, "1"),),
    ],
)
def test_first_answers_refusals_and_come_again_are_wanted(heard):
    """One key has one answer, whatever was said before it was known."""
    assert wrong(*heard) == []


@pytest.mark.parametrize(
    ("heard", "told"),
    [
        ((PLACED, Heard("server-2", 303, "/orders/8")), "one key, several answers"),
        ((PLACED, SOLD_OUT), "one key, several answers"),
        ((Heard("server-1", 500),), "answers 500"),
        ((Heard("server-1", 503),), "answers 503"),
        ((Heard("server-1", 409, text=json.dumps({"code": "key_reused"})),), "refused"),
        ((Heard("server-1", LOST, text="reset"),), "answers 0: reset"),
    ],
)
def test_second_answers_faults_and_broken_lines_are_not(heard, told):
    """503 is worth nothing without a word when to come again."""
    (*_, last) = wrong(*heard)

    assert told in last


def test_a_line_may_break_where_its_server_is_killed():
    """What became of the request shows when it is asked again."""
    assert wrong(Heard("server-1", LOST), PLACED, may_break=True) == []


def test_in_flight_is_what_had_no_answer_then_at_those_servers():
    """A request answered before, sent after, or sent elsewhere is not."""
    traffic = Traffic(
        [
            Sending("server-1", 1.0, 2.0),
            Sending("server-1", 1.0, 4.0),
            Sending("server-1", 3.0),
            Sending("server-1", 5.0),
            Sending("server-2", 1.0),
        ]
    )

    assert traffic.in_flight(3.0, ["server-1"]) == 2
    assert traffic.in_flight(float("inf"), ["server-1", "server-2"]) == 0


@pytest.mark.parametrize("database", [POSTGRESQL, SQLITE])
def test_every_kind_has_its_turn_before_any_has_a_second(database):
    """The order is drawn from the seed, the number of each is not."""
    able = kinds.of(database)
    drawn = faults._drawn(able, 3 * len(able), seed=5)

    assert drawn == faults._drawn(able, 3 * len(able), seed=5)
    assert drawn != faults._drawn(able, 3 * len(able), seed=6)
    assert {drawn.count(kind) for kind in able} == {3}
