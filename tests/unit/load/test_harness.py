"""The bench harness: rounds alternate, ratios stay within a round, what is told is complete."""

import itertools
import json

import pytest

from load import harness
from load.harness import Case, Row


def given(name, figures, *, said=None, beside=()):
    """A case that measures ``figures`` one after the other and notes that it did."""
    stream = itertools.cycle(figures)

    def measure():
        if said is not None:
            said.append(name)
        return next(stream)

    return Case(name, "orders/s", measure, beside)


def test_a_case_alternates_with_its_floor():
    """Three rounds, every second one backwards: neither has the warmer half of the run."""
    said = []

    harness.run([given("floor", [1], said=said), given("place", [1], said=said)], rounds=3)

    assert said == ["floor", "place", "place", "floor", "floor", "place"]


def test_a_ratio_is_taken_within_its_round():
    """The machine halves its speed in round two: the ratio does not notice."""
    floor = given("floor", [100, 50, 100])
    place = given("place", [250, 125, 240], beside=("floor",))

    rows = harness.run([floor, place])

    assert rows[0] == Row("floor", "orders/s", 100, 50, 100, {})
    assert rows[1] == Row("place", "orders/s", 240, 125, 250, {"floor": 2.5})


@pytest.mark.parametrize(
    ("cases", "rounds"),
    [
        ([given("place", [1], beside=("floor",))], 3),
        ([given("place", [1]), given("place", [2])], 3),
        ([given("place", [1])], 0),
    ],
    ids=["floor not measured", "one name twice", "no round"],
)
def test_a_bench_that_means_nothing_is_refused(cases, rounds):
    """It would print a figure all the same."""
    with pytest.raises(ValueError, match=r"floor|name|round"):
        harness.run(cases, rounds=rounds)


def test_a_case_that_left_wrong_books_stops_the_bench():
    """An oversold item is no result, however fast."""

    def oversell():
        raise AssertionError("201 of 200 sold")

    with pytest.raises(AssertionError, match="201 of 200"):
        harness.run([Case("place", "orders/s", oversell)])


def test_the_report_is_complete(tmp_path, capsys):
    """A reader of the file knows machine, commit, versions and command; the table says it short."""
    rows = harness.run([given("floor", [1000]), given("place", [2500], beside=("floor",))])

    file = harness.report("order", rows, folder=tmp_path / "bench")

    told = json.loads(file.read_text())
    assert file.name == "order.json"
    assert set(told) == {"machine", "commit", "versions", "command", "rows"}
    assert told["rows"][1] == {
        "case": "place",
        "unit": "orders/s",
        "median": 2500,
        "min": 2500,
        "max": 2500,
        "beside": {"floor": 2.5},
    }
    assert told["machine"]["cores"] >= 1
    assert told["versions"]["sqlalchemy"]
    assert capsys.readouterr().out.splitlines() == [
        "floor       1,000 orders/s   (1,000 to 1,000)",
        "place       2,500 orders/s   (2,500 to 2,500)       2.50 x floor",
    ]
