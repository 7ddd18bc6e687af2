"""A crowd of shoppers at the real checkout form, and what the books must say after the rush."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import requests
from lxml import html

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
    tree = html.fromstring(page.encode())
    found = [form for form in tree.forms if form.action == "/checkout"]
    assert found, f"no checkout form: {' '.join(tree.text_content().split())[:500]}"
    return dict(found[0].form_values()) | HOME


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


def check(
    hands: Sequence[Hand], sample: Sample, *, stock: int, alone: Sequence[Hand] = (), left: int = 0
) -> None:
    """Hold the answers against each other and against the books.

    Exactly the stock is sold; each key has one answer, which is replayed after, a refusal too;
    nothing failed.  ``alone`` are orders that stood before the rush, ``left`` the pieces
    that nobody wanted.
    """
    for hand in hands:
        verdicts = {answer.verdict for answer in hand.answers}
        assert len(verdicts) == 1, f"one key, several answers: {verdicts}"
        fresh = [answer for answer in hand.answers if not answer.replayed]
        assert len(fresh) == 1, f"judged {len(fresh)} times"
    told = Counter(hand.answers[0].verdict[::2] for hand in hands)
    assert +told == +Counter({(303, ""): stock, (409, "stock_short"): len(hands) - stock})
    _check_books(sample, sold=stock + len(alone), left=left)
    owners = [hand.who.actor.owner for hand in (*hands, *alone)]
    kept = [owner for (owner,) in rows("SELECT owner FROM idempotency") if owner in owners]
    assert sorted(kept) == sorted(owners), "one first answer a key"


def _check_books(sample: Sample, *, sold: int, left: int) -> None:
    sku = sample.goods.sku
    of_goods = "(SELECT order_id FROM order_line WHERE sku = :sku)"
    assert rows(
        "SELECT SUM(a.held), SUM(a.on_hand) FROM availability a JOIN account_book_item b"
        " ON b.id = a.account_book_item_id JOIN item i ON i.id = b.item_id WHERE i.sku = :sku",
        sku=sku,
    ) == [(sold, sold + left)]
    for what, pieces in (("order_line", "qty"), ("reservation", "qty"), ("limit_use", "1")):
        counted = f"SELECT COUNT(*), SUM({pieces}) FROM {what} WHERE order_id IN {of_goods}"
        assert rows(counted, sku=sku) == [(sold, sold)], what
    orders = f"FROM customs_order WHERE id IN {of_goods}"
    assert rows(
        f"SELECT COUNT(*), COUNT(DISTINCT checkout_id), COUNT(DISTINCT account_id) {orders}",
        sku=sku,
    ) == [(sold, sold, sold)]
    told = "SELECT COUNT(*) FROM fact WHERE name = 'order.placed' AND subject IN"
    ids = f"(SELECT 'customs_order:' || id {orders})"
    assert rows(f"{told} {ids}", sku=sku) == [(sold,)]
    assert not rows(
        "SELECT y.person_lookup FROM limit_year y WHERE y.used_fen <> (SELECT SUM(u.value_fen)"
        " FROM limit_use u WHERE u.person_lookup = y.person_lookup AND u.state = 'used')"
    )
