"""A crowd of shoppers at the real checkout form, and what the books must say after the rush."""

import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import requests

from tests.http.storefront_house import _ATTRIBUTE, _FORM, _INPUT
from tests.support.sample_house import Sample, Shopper, rows

PAGE = {"Accept": "text/html", "Accept-Language": "zh-CN"}
HOME = {
    "consignee_name": "陈小明",
    "phone": "13700137000",
    "district": "浙江省杭州市西湖区",
    "address": "文三路90号3幢502室",
    "notices": "2026-11",
}


@dataclass(frozen=True)
class Answer:
    """What one sending of the form was answered."""

    status: int
    place: str
    code: str
    replayed: bool

    @property
    def verdict(self) -> tuple[int, str, str]:
        """What must be the same for each sending of one key."""
        return (self.status, self.place, self.code)


Send = Callable[[dict[str, str]], Answer]


@dataclass
class Hand:
    """One shopper's filled form and the ways to send it; ``answers`` in the order they came."""

    who: Shopper
    form: dict[str, str]
    ways: Sequence[Send]
    answers: list[Answer] = field(default_factory=list)


def form_of(page: str) -> dict[str, str]:
    """Return the checkout form of a page as a browser would send it, home filled in."""
    for head, body in _FORM.findall(page):
        if 'action="/checkout"' in head:
            tags = [dict(_ATTRIBUTE.findall(tag)) for tag in _INPUT.findall(body)]
            return {tag["name"]: tag.get("value", "") for tag in tags if "name" in tag} | HOME
    raise AssertionError(f"no checkout form: {re.sub('<[^>]+>', ' ', page)[:500]}")


def over_http(session: requests.Session, url: str) -> Send:
    """Return the way to send a form to the server at ``url``, as a program that asks for JSON."""

    def send(form: dict[str, str]) -> Answer:
        headers = {"Accept": "application/json"}
        answer = session.post(
            f"{url}/checkout", data=form, headers=headers, allow_redirects=False, timeout=60
        )
        body = answer.json() if "json" in answer.headers.get("Content-Type", "") else {}
        return Answer(
            answer.status_code,
            answer.headers.get("Location", "").removeprefix(url),
            body.get("code", ""),
            answer.headers.get("Idempotency-Replayed") == "true",
        )

    return send


def rush(hands: Sequence[Hand]) -> None:
    """Send every hand's form by all its ways in the same moment, then by each way once more."""
    sendings = [(hand, way) for hand in hands for way in hand.ways]
    together = threading.Barrier(len(sendings))

    def first(hand: Hand, way: Send) -> Answer:
        together.wait(60)
        return way(hand.form)

    with ThreadPoolExecutor(max_workers=len(sendings)) as threads:
        told = [threads.submit(first, *sending) for sending in sendings]
        for (hand, _), answer in zip(sendings, told, strict=True):
            hand.answers.append(answer.result(90))
        again = [threads.submit(way, hand.form) for hand, way in sendings]
        for (hand, _), answer in zip(sendings, again, strict=True):
            hand.answers.append(answer.result(90))


def check(hands: Sequence[Hand], sample: Sample, *, stock: int, sold_before: int = 0) -> None:
    """Hold the answers against each other and against the books.

    Exactly the stock is sold; each key has one answer; what was placed first is replayed
    after; nothing failed.
    """
    for hand in hands:
        verdicts = {answer.verdict for answer in hand.answers}
        assert len(verdicts) == 1, f"one key, several answers: {verdicts}"
        if hand.answers[0].status == 303:
            fresh = [answer for answer in hand.answers if not answer.replayed]
            assert len(fresh) == 1, f"placed {len(fresh)} times"
    told = Counter(hand.answers[0].verdict[::2] for hand in hands)
    assert told == {
        (303, ""): stock,
        (409, "stock_short"): len(hands) - stock,
    }, told
    _check_books(sample, sold=stock + sold_before, answered=len(hands) + sold_before)


def _check_books(sample: Sample, *, sold: int, answered: int) -> None:
    sku = sample.goods.sku
    pieces = "SELECT SUM(qty) FROM order_line WHERE sku = :sku"
    assert rows(pieces, sku=sku) == [(sold,)]
    assert rows(
        "SELECT SUM(a.held), SUM(a.on_hand) FROM availability a JOIN account_book_item b"
        " ON b.id = a.account_book_item_id JOIN item i ON i.id = b.item_id WHERE i.sku = :sku",
        sku=sku,
    ) == [(sold, sold)]
    assert rows("SELECT COUNT(*), SUM(qty) FROM reservation WHERE state = 'reserved'") == [
        (sold, sold)
    ]
    for table in ("checkout", "customs_order", "order_line", "limit_use"):
        assert rows(f"SELECT COUNT(*) FROM {table}") == [(sold,)], table
    assert rows("SELECT COUNT(*) FROM fact WHERE name = 'order.placed'") == [(sold,)]
    assert rows("SELECT COUNT(*) FROM idempotency") == [(answered,)]
    assert rows("SELECT account_id FROM customs_order GROUP BY account_id HAVING COUNT(*) > 1") == []
    assert rows(
        "SELECT y.person_lookup FROM limit_year y WHERE y.used_fen <> (SELECT SUM(u.value_fen)"
        " FROM limit_use u WHERE u.person_lookup = y.person_lookup AND u.state = 'used')"
    ) == []
