"""What was read is believed for a while; what is asked for often is read ahead of its end."""

import pytest

from kernel.clock import SECOND
from shop.checkout.believed import Believed


class Books:
    """Figures that change, and a count of how often and for whom they were read."""

    def __init__(self) -> None:
        self.figure = 1
        self.reads: list[list[str]] = []

    def one(self, key: str) -> int:
        return self.many([key])[key]

    def many(self, keys: list[str]) -> dict[str, int]:
        self.reads.append(sorted(keys))
        return {key: self.figure for key in keys if key != "gone"}


@pytest.fixture
def books() -> Books:
    """One set of books."""
    return Books()


@pytest.fixture
def believed() -> Believed[str, int]:
    """Believes for two seconds."""
    return Believed(2 * SECOND, most=3)


def test_now_never_reads(believed, books, clock):
    """Nothing is known, then something, then it is too old."""
    asked = []
    assert believed.now("a", lambda: asked.append(1)) is None
    believed.get("a", books.one)

    assert believed.now("a", lambda: asked.append(1)) == 1
    clock.set(clock.now() + 2 * SECOND)
    assert believed.now("a", lambda: asked.append(1)) is None
    assert (asked, len(books.reads)) == ([], 1)


def test_from_half_its_time_on_a_reading_is_asked_for_once(believed, books, clock):
    """Until that reading is done nobody asks for another."""
    believed.get("a", books.one)
    clock.set(clock.now() + SECOND)
    asked = []

    assert [believed.now("a", lambda: asked.append(1)) for _ in range(3)] == [1, 1, 1]

    assert asked == [1]


def test_what_was_asked_for_is_read_together(believed, books, clock):
    """Three are believed, two were asked for: one reading of two, and all of one age."""
    for key in ("a", "b", "c"):
        believed.get(key, books.one)
        clock.set(clock.now() + SECOND // 10)
    believed.now("b", list)
    believed.now("a", list)
    books.figure = 2

    believed.read_asked(books.many)

    assert books.reads[3:] == [["a", "b"]]
    assert [believed.now(key, list) for key in ("a", "b", "c")] == [2, 2, 1]


def test_a_reading_that_fails_may_be_asked_for_again(believed, books, clock):
    """The database is away: what is believed lives to its end, and the next asks again."""
    believed.get("a", books.one)
    clock.set(clock.now() + SECOND)
    asked = []
    believed.now("a", lambda: asked.append(1))

    with pytest.raises(RuntimeError):
        believed.read_asked(_away)

    assert believed.now("a", lambda: asked.append(1)) == 1
    assert asked == [1, 1]


def test_what_is_gone_is_believed_no_longer_than_it_may(believed, books, clock):
    """A reading that finds nothing of it leaves the old answer to age."""
    believed.get("a", lambda _key: 1)
    believed.now("a", list)
    believed.read_asked(lambda _keys: {})
    clock.set(clock.now() + 2 * SECOND)

    assert believed.now("a", list) is None


def _away(_keys: list[str]) -> dict[str, int]:
    raise RuntimeError("the database is away")
