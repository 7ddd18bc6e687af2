"""A shopper's own orders as the books have them: whose, in which order, in how many queries."""

import pytest
from sqlalchemy import event

from kernel.db import Database
from shop import storefront_ports
from shop.place_order import place_order
from shop.storefront_ports import orders_page
from tests.db.shop.money import Sale, sell
from tests.support.sample_house import Sample, shopper


@pytest.fixture
def two(sample: Sample) -> list[Sale]:
    """Two orders of one shopper, the older first; another shopper bought between them."""
    first = sell(sample, 1, 2, pay=False)
    sell(sample, 2, pay=False)
    second = place_order(first.who.actor, sample.ask(1), key="key-of-the-second-sale")
    return [first, Sale(first.who, second)]


def test_a_shopper_sees_own_orders_the_newest_first(two: list[Sale]) -> None:
    """What somebody else bought between them is not there."""
    older, newer = two

    page = orders_page(older.who.actor, None)

    shown = [(one.checkout_id, one.pieces, one.total_fen) for one in page.orders]
    assert shown == [
        (newer.placed.checkout_id, 1, newer.placed.total_fen),
        (older.placed.checkout_id, 2, older.placed.total_fen),
    ]
    assert {one.state for one in page.orders} == {"placed"}
    assert page.before is None


def test_pages_follow_without_gap_or_repeat(
    two: list[Sale], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One checkout a page: the second page begins behind the first, and is the last."""
    monkeypatch.setattr(storefront_ports, "A_PAGE", 1)
    older, newer = two

    first = orders_page(older.who.actor, None)
    second = orders_page(older.who.actor, first.before)

    assert [one.checkout_id for one in first.orders] == [newer.placed.checkout_id]
    assert [one.checkout_id for one in second.orders] == [older.placed.checkout_id]
    assert second.before is None


def test_a_page_of_orders_takes_two_queries(two: list[Sale], database: Database) -> None:
    """However many orders it shows."""
    asked: list[str] = []
    event.listen(
        database.reader, "before_cursor_execute", lambda *words: asked.append(str(words[2]))
    )

    orders_page(two[0].who.actor, None)

    assert len([sql for sql in asked if sql.startswith("SELECT")]) == 2


def test_who_has_bought_nothing_has_an_empty_page(sample: Sample) -> None:
    """A shopper who only looked."""
    del sample

    page = orders_page(shopper(3).actor, None)

    assert page.orders == ()
    assert page.before is None
