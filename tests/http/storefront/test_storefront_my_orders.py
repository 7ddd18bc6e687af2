"""A shopper's own orders over HTTP: their list, and the page that moves by itself."""

import re
from urllib.parse import quote

import pytest

from kernel import clock
from shop.order.states import MOVES
from shop.web.storefront.order_view import FINAL, STEPS, BriefOrder, Ended, Step
from tests.http.storefront_house import House, Person, a_checkout

# The verbs run on both databases in tests/db/accounts; pages need one.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def briefs(*states: str) -> tuple[BriefOrder, ...]:
    """Return one order in each state, the newest first."""
    return tuple(
        BriefOrder(9_100 - n, f"QZ{9_100 - n}", state, 12_345, clock.now(), "精华液", 2)
        for n, state in enumerate(states)
    )


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("state", sorted(MOVES))
def test_an_order_in_any_state_has_a_word(
    person: Person, house: House, state: str, language: str
) -> None:
    """What an order can be is said in the list, in the reader's language, with its sum."""
    house.listed = briefs(state)
    person.headers["Accept-Language"] = language

    page = person.get("/orders").text

    assert 'href="/orders/9100"' in page
    assert "¥123.45" in page
    assert '精华液 <span class="together">× 2</span>' in page


def test_the_list_says_whose_it_is_and_lets_one_out(person: Person) -> None:
    """Name and phone are masked; nothing bought yet is said in words."""
    page = person.get("/orders").text

    assert re.search(r"<strong>陈\*+</strong>", page)
    assert "137 **** 0000" in page or "138 **** " in page
    assert 'action="/sign-out"' in page
    assert "还没有订单" in page


def test_older_orders_are_a_page_further(person: Person, house: House) -> None:
    """The link leads on by the last number shown, until there is nothing more."""
    house.listed = briefs("placed", "paid", "released")

    first = person.get("/orders").text
    second = person.get("/orders?before=9099").text

    assert 'href="/orders?before=9099"' in first
    assert "9098" in second
    assert "before=" not in second


@pytest.mark.parametrize("before", ["", "-1", "x", "９", "9" * 40])
def test_a_page_that_cannot_be_is_the_first(person: Person, house: House, before: str) -> None:
    """An address typed by hand."""
    house.listed = briefs("placed")

    assert "9100" in person.get(f"/orders?before={quote(before)}").text


@pytest.mark.parametrize("ended", [None, *Ended])
@pytest.mark.parametrize("at", range(len(STEPS)))
def test_a_page_moves_while_something_may_happen(
    person: Person, house: House, at: int, ended: Ended | None
) -> None:
    """Signed for, unpaid for good or paid back: nothing more to ask for, no script."""
    house.view = a_checkout(*STEPS[: at + 1], ended=ended)

    page = person.get("/orders/9001").text

    over = ended in FINAL if ended else STEPS[at] is Step.SIGNED_FOR
    assert ("data-moves" in page) != over
    assert ("order.js" in page) != over
    assert ("<noscript>" in page) != over
