"""The last pieces within one process: threads on SQLite and on PostgreSQL, one group path."""

from collections.abc import Iterator
from threading import Barrier, Thread

import pytest

from kernel import config
from settlement.payments import providers
from shop.app import make_app
from shop.capture_payment import captures
from shop.expire_checkout import expire_checkout
from shop.place_order import placings
from shop.web.login import SHOPPER_COOKIE
from tests.db.shop.money import Sale, every_posting_is_nought, sell
from tests.race.crowd import PAGE, Answer, Hand, check, form_of, rush
from tests.support import sample_house
from tests.support.sample_house import Sample, one, rows, shopper
from tests.support.wallet import Wallet

SHOPPERS, EACH = 16, 3


@pytest.fixture
def wallet() -> Iterator[Wallet]:
    """The payment provider of every offer."""
    provider = Wallet()
    providers.use({provider.name: provider})
    yield provider
    providers.use({})


@pytest.fixture
def sample(database, wallet, tmp_path) -> Iterator[Sample]:
    """Six pieces of each item."""
    with sample_house.flowing():
        yield sample_house.load(tmp_path / "sheets", on_hand=EACH)
    placings.close()
    captures.close()
    sample_house.forget()


@pytest.fixture
def arrive(sample):
    """Let a shopper open the form of the real app and send it by as many clients as wanted."""
    app = make_app(config.current())

    def enter(number: int, *, ways: int = 2) -> Hand:
        who, opened = shopper(number), app.test_client()
        opened.set_cookie(SHOPPER_COOKIE, who.token)
        page = opened.get(f"/checkout?code={sample.shelf}&qty=1", headers=PAGE)
        token = opened.get_cookie("session")
        assert token is not None

        def another():
            client = app.test_client()
            client.set_cookie(SHOPPER_COOKIE, who.token)
            client.set_cookie("session", token.value)

            def send(form: dict[str, str]) -> Answer:
                answer = client.post("/checkout", data=form, headers={"Accept": "application/json"})
                code = answer.json["code"] if answer.is_json else ""
                replayed = answer.headers.get("Idempotency-Replayed") == "true"
                return Answer(answer.status_code, answer.location or "", code, replayed)

            return send

        return Hand(who, form_of(page.text), [another() for _ in range(ways)])

    return enter


def test_the_last_pieces_are_sold_once_by_many_threads(sample, arrive):
    """Sixteen shoppers, six pieces, every form sent twice in the same moment and twice after."""
    hands = [arrive(number) for number in range(1, SHOPPERS + 1)]

    rush(hands)

    check(hands, sample, stock=2 * EACH)


def at_once(*deeds) -> list[object]:
    """Do ``deeds`` in the same moment; return what each said or raised."""
    together, said = Barrier(len(deeds)), [None] * len(deeds)

    def do(place: int) -> None:
        together.wait(30)
        try:
            said[place] = deeds[place]()
        except Exception as error:  # noqa: BLE001  # it is what the deed said
            said[place] = error

    threads = [Thread(target=do, args=(place,)) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return said


def test_money_and_the_end_of_its_checkout_meet(sample, wallet, clock):
    """The last instant: money is told four times while the sweeper ends it; one of them wins."""
    sample_house.fill_waybills()
    ask = sample.ask()
    sales: list[Sale] = [sell(sample, number, ask=ask) for number in range(1, 6)]
    heard = [sale.heard(wallet) for sale in sales]
    clock.set(one("SELECT MAX(expires_at) FROM checkout") - 1)
    instants = iter([0, 1] * 40)

    def capture(place: int):
        return captures.of(one("SELECT id FROM warehouse")).hand_in(
            sales[place].request(heard[place])
        )

    for place, sale in enumerate(sales):
        clock.set(one("SELECT MAX(expires_at) FROM checkout") - 1 + next(instants))
        at_once(
            *[lambda place=place: capture(place)] * 4,
            *[lambda sale=sale: expire_checkout(sale.placed.checkout_id)] * 2,
        )

    ended = dict(rows("SELECT c.id, c.state FROM checkout c"))
    for sale in sales:
        checkout_id = sale.placed.checkout_id
        order = one("SELECT state FROM customs_order WHERE checkout_id = :id", id=checkout_id)
        assert order == ended[checkout_id]
        assert order in ("paid", "owed")
    postings = "SELECT document FROM posting GROUP BY document HAVING COUNT(*) > 1"
    assert rows(postings) == []
    assert one("SELECT COUNT(*) FROM posting") == len(sales)
    assert every_posting_is_nought()
    assert sample_house.held_is_reserved()
