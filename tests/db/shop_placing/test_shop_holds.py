"""Open holds are limited by person, visit, device and outlet: exactly, also in a crowd."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from kernel import config
from kernel.errors import Problem
from kernel.idempotency import hash_body
from shop.checkout.capture_group import commit_captures
from shop.checkout.offer_facts import offer_facts
from shop.checkout.place_group import commit_placings
from shop.checkout.prepare import Asking
from shop.errors import HoldsOfPerson
from tests.db.shop.money import open_page, sell
from tests.support import sample_house
from tests.support.sample_house import Sample, one, rows, shopper

MOST = 3


@pytest.fixture(autouse=True)
def limits(database) -> Iterator[None]:
    """Three holds of each kind."""
    before = config.current()
    of = {f"holds_per_{kind}": MOST for kind in ("person", "visit", "device", "outlet")}
    config.use(replace(before, **of))
    yield
    config.use(before)


@pytest.fixture
def much(database, wallet, tmp_path) -> Iterator[Sample]:
    """Forty pieces of each item."""
    with sample_house.flowing():
        yield sample_house.load(tmp_path / "much", on_hand=40)
    sample_house.forget()


def asking(sample: Sample, number: int, *, person: int | None = None, **by: object) -> Asking:
    """Return the form of a new account, which came by ``by``."""
    ask = sample.ask()
    return Asking(
        asker=shopper(number, person=person).actor.id,
        outlet_id=by.get("outlet"),
        ask=ask,
        key=f"key-of-a-hold-{number:05d}",
        body_hash=hash_body(ask.as_dict()),
        facts=offer_facts(ask.offer_id),
        correlation=by.get("visit", ""),
        device=by.get("device", ""),
    )


def codes(told: list[object]) -> list[str]:
    return [each.code if isinstance(each, Problem) else "placed" for each in told]


@pytest.mark.parametrize(
    ("kind", "by"),
    [
        ("person", {"person": 1}),
        ("visit", {"visit": "00000000000000aa"}),
        ("device", {"device": "bb"}),
        ("outlet", {"outlet": 7}),
    ],
)
def test_a_crowd_of_one_holds_as_many_as_it_may(much, kind, by):
    """Twelve forms of one person (visit, device, outlet), in four groups at once: three stand."""
    asks = [asking(much, number, **by) for number in range(1, 13)]

    with ThreadPoolExecutor(4) as pool:
        groups = pool.map(commit_placings, [asks[place::4] for place in range(4)])
        told = [each for group in groups for each in group]

    assert Counter(codes(told)) == {"placed": MOST, f"holds_of_{kind}": 12 - MOST}
    assert one("SELECT COUNT(*) FROM customs_order") == MOST
    assert one("SELECT SUM(held) FROM availability") == MOST


def test_others_are_not_counted_with_them(much):
    """Each limit is full; another person with another visit, device and outlet orders."""
    full = [asking(much, 1 + n, person=1, visit="a", device="b", outlet=7) for n in range(MOST)]
    others = asking(much, 9, visit="c", device="d", outlet=8)

    assert codes(commit_placings([*full, others])) == ["placed"] * (MOST + 1)


def test_a_hold_ends_at_its_own_end_and_not_with_the_sweep(much, clock):
    """At the last instant it counts; at its end it does not, nothing swept, and never twice."""
    assert codes(commit_placings([asking(much, n, person=1) for n in (1, 2, 3)])) == ["placed"] * 3
    ends_at = one("SELECT MAX(expires_at) FROM customs_order")

    clock.set(ends_at - 1)
    assert codes(commit_placings([asking(much, 4, person=1)])) == ["holds_of_person"]
    clock.set(ends_at)
    again = [asking(much, n, person=1) for n in (5, 6, 7, 8)]

    assert codes(commit_placings(again)) == ["placed"] * 3 + ["holds_of_person"]
    assert rows("SELECT state, COUNT(*) FROM reservation GROUP BY state ORDER BY state") == [
        ("released", 3),
        ("reserved", 3),
    ]
    assert one("SELECT SUM(held) FROM availability") == 3
    assert sample_house.held_is_reserved()


def test_an_open_payment_page_holds_to_its_own_end(much, clock):
    """A page opened late stands longer than the checkout did: its order counts until then."""
    sale = sell(much, 1, pay=False)
    placed_until = one("SELECT expires_at FROM customs_order")
    clock.set(placed_until - 60_000_000)
    open_page(sale)
    assert one("SELECT expires_at FROM customs_order") > placed_until
    clock.set(placed_until)

    told = commit_placings([asking(much, n, person=1) for n in (11, 12, 13)])

    assert codes(told) == ["placed", "placed", "holds_of_person"]


def test_a_paid_order_is_no_hold(much, wallet):
    """Three are held, one is paid: one more may be held."""
    first = sell(much, 1)
    told = commit_placings([asking(much, n, person=1) for n in (11, 12)])
    assert codes(told) == ["placed"] * 2
    sample_house.fill_waybills()
    commit_captures([first.request(first.heard(wallet))])

    told = commit_placings([asking(much, n, person=1) for n in (13, 14)])

    assert codes(told) == ["placed", "holds_of_person"]


def test_the_refusal_says_how_many_and_is_remembered(much):
    """The same key again is answered the same, after the others are gone too."""
    forms = [asking(much, n, person=1) for n in (1, 2, 3, 4)]

    refused = commit_placings(forms)[3]

    assert isinstance(refused, HoldsOfPerson)
    assert refused.facts == {"most": MOST}
    assert commit_placings([forms[3]])[0].replayed


def test_nought_is_no_limit(much):
    """An installation may leave a limit out: then nothing is counted for it."""
    config.use(replace(config.current(), holds_per_person=0))

    told = commit_placings([asking(much, n, person=1) for n in range(1, 6)])

    assert codes(told) == ["placed"] * 5
