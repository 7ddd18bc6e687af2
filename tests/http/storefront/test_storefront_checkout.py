"""From the shelf to the payment, over HTTP: the pages, and each bad input with its answer."""

from dataclasses import replace

import pytest

from bonded_display.stock.choose import Level
from bonded_display.stock.errors import StockShort
from kernel.db import Database
from kernel.errors import Problem, Unavailable
from kernel.idempotency import KeyReused
from settlement.tax.errors import OverSingleLimit, OverYearLimit
from shop.errors import AddressIsOutlet, IdentityRequired
from shop.offer.ask import Consignee
from shop.offer.errors import OfferClosed, PriceChanged
from shop.web.storefront import checkout
from tests.db.accounts.conftest import newest_code
from tests.http.storefront_house import (
    ADDRESS,
    LABEL,
    NOTICES,
    SHELF,
    House,
    Person,
    fields,
    make_app,
)

CHECKOUT = f"/checkout?code={SHELF}&qty=1&notices={NOTICES}"


# The verbs run on both databases in tests/db/accounts; pages need one.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_the_whole_way_from_scan_to_payment(person: Person, house: House) -> None:
    """The order carries the outlet of the scan, the whole address, version and total."""
    person.get(LABEL)
    page = person.get(CHECKOUT)

    answer = person.send(page, "/checkout", **ADDRESS)

    assert (answer.status_code, answer.location) == (303, "/orders/9001")
    ((actor, ask, key),) = house.placed
    assert (actor.kind, actor.outlet_id) == ("account", 7)
    assert key == fields(page, "/checkout")["idempotency_key"]
    assert ask.consignee == Consignee(
        "陈小明", "+8613700137000", "浙江省杭州市西湖区文三路 90 号 3 幢 502 室", "330106"
    )
    assert (ask.offer_id, ask.qty, ask.shown_total_fen, ask.price_version) == (501, 1, 41_840, 4)
    assert ask.notices_version == NOTICES
    order = person.get(answer.location)
    paying = person.send(order, "/orders/9001/pay")
    assert (paying.status_code, paying.location) == (303, "http://127.0.0.1:8081/pay/9001")


def test_the_form_reads_its_buyer_once(person: Person, monkeypatch) -> None:
    """Whether they may buy, their phone and what is left of their year come from one reading."""
    read: list[int] = []
    real = checkout.read_buyer
    monkeypatch.setattr(checkout, "read_buyer", lambda *asked: read.append(1) or real(*asked))

    assert person.get(CHECKOUT).status_code == 200

    assert len(read) == 1


def test_each_form_has_a_key_of_its_own(person: Person) -> None:
    """Two tabs are two orders; one tab sent twice is one."""
    keys = {fields(person.get(CHECKOUT), "/checkout")["idempotency_key"] for _ in range(3)}

    assert len(keys) == 3


def test_a_replayed_answer_says_so(person: Person, house: House) -> None:
    """The second press leads to the same order."""
    house.replayed = True

    answer = person.send(person.get(CHECKOUT), "/checkout", **ADDRESS)

    assert answer.location == "/orders/9001"
    assert answer.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"qty": "0"}, "qty", "数量“0”无法使用"),
        ({"qty": "1000000000"}, "qty", "数量“1000000000”无法使用"),
        ({"qty": "1e3"}, "qty", "数量“1e3”无法使用"),
        ({"qty": "2"}, "price", "数量改为 2 件"),
        ({"consignee_name": "?"}, "consignee_name", "收货人姓名无法使用"),
        ({"phone": "12"}, "phone", "这个手机号无法使用"),
        ({"district": "东京都"}, "district", "没有找到这个地区"),
        ({"address": "3"}, "address", "详细地址不完整"),
        ({"address": "浙江省杭州市西湖区"}, "address", "详细地址不完整"),  # the district again
        ({"notices": ""}, "notices", "尚未勾选购买须知"),
        ({"notices": "2020-01"}, "notices", "尚未勾选购买须知"),
        ({"shown_total_fen": "1e9"}, "form", "这张表单不完整"),
    ],
)
def test_what_cannot_be_understood_is_told_at_its_field(
    person: Person, house: House, typed: dict[str, str], field: str, words: str
) -> None:
    """Nothing is asked of placing; everything typed stays; the key stays."""
    page = person.get(CHECKOUT)

    answer = person.send(page, "/checkout", **(ADDRESS | typed))

    assert answer.status_code == 422
    assert house.placed == []
    assert words in answer.text
    assert f'id="wrong-{field}"' in answer.text
    kept = fields(answer, "/checkout")
    for name, value in (ADDRESS | typed).items():
        if name in (*ADDRESS, "qty"):
            assert kept[name] == value
    assert kept["idempotency_key"] == fields(page, "/checkout")["idempotency_key"]


@pytest.mark.parametrize(
    ("refusal", "field", "words"),
    [
        (
            PriceChanged(shown_fen=41_840, now_fen=45_000),
            "price",
            "您看到的是 ¥418.40，现在是 ¥450.00",
        ),
        (StockShort(item_id=1, wanted=2, free=1), "qty", "现在可售 1 件"),
        (
            OverSingleLimit(value_fen=600_000, limit_fen=500_000, pieces=2),
            "qty",
            "这一单 2 件共 ¥6,000.00",
        ),
        (
            OverYearLimit(value_fen=2, used_fen=2_599_999, limit_fen=2_600_000),
            "qty",
            "您还可用 ¥0.01，这一单需要 ¥0.02",
        ),
        (AddressIsOutlet(outlet="云栖店"), "address", "收货地址是门店"),
        (OfferClosed(), "form", "商品已停止接单"),
        (KeyReused("k" * 20), "form", "这张表单已经提交过"),
    ],
    ids=lambda value: value.code if isinstance(value, Problem) else "",
)
def test_a_refusal_is_told_in_the_form_with_a_new_key(
    person: Person, house: House, refusal: Problem, field: str, words: str
) -> None:
    """The key is spent, so the mended form carries another; what was typed stays."""
    house.refuses = refusal
    page = person.get(CHECKOUT)

    answer = person.send(page, "/checkout", **ADDRESS)

    assert answer.status_code == 409
    assert words in answer.text
    assert f'id="wrong-{field}"' in answer.text
    kept = fields(answer, "/checkout")
    assert {name: kept[name] for name in ADDRESS} == ADDRESS
    assert kept["notices"] == NOTICES
    assert kept["idempotency_key"] != fields(page, "/checkout")["idempotency_key"]


def test_after_silence_the_same_key_is_sent_again(person: Person, house: House) -> None:
    """Nobody knows whether the order stands: the second try must be the same one."""
    house.refuses = Unavailable(retry_after_s=7)
    page = person.get(CHECKOUT)

    answer = person.send(page, "/checkout", **ADDRESS)

    assert answer.status_code == 503
    assert fields(answer, "/checkout")["idempotency_key"] == house.placed[0][2]


def test_a_missing_identity_leads_to_its_page(person: Person, house: House) -> None:
    """The link comes back to this checkout."""
    house.refuses = IdentityRequired()

    answer = person.send(person.get(CHECKOUT), "/checkout", **ADDRESS)

    assert answer.status_code == 403
    assert "/identity?next=/checkout?code%3DK7M2-9Q%26qty%3D1" in answer.text.replace(
        "%2F", "/"
    ).replace("%3F", "?")


def test_the_total_follows_the_quantity_and_nothing_typed_is_lost(person: Person) -> None:
    """Two pieces are above the threshold of free freight."""
    page = person.get(CHECKOUT)

    answer = person.client.post(
        "/checkout/price",
        data=fields(page, "/checkout") | ADDRESS | {"qty": "2"},
        headers=person.headers,
    )

    kept = fields(answer, "/checkout")
    assert answer.status_code == 200
    assert "免运费" in answer.text
    assert (kept["shown_qty"], kept["address"]) == ("2", ADDRESS["address"])
    assert kept["shown_total_fen"] == str(65_600 + 8_104 + 7_023)


def test_the_price_shown_is_that_of_the_lots_placing_would_take(
    person: Person, house: House
) -> None:
    """Two pieces from two account-book items are two lines, each rounded by itself."""
    goods = house.offer.goods
    house.offer = replace(
        house.offer,
        goods=replace(
            goods,
            filed={11: goods.filed[11], 12: goods.filed[11]},
            levels=(Level(11, 1, 1, 0, None), Level(12, 1, 1, 0, None)),
        ),
    )

    quote = house.offer.quote(2)

    assert quote is not None
    assert [line.gnum for line in quote.tax.lines] == [1, 2]
    assert person.get(f"/checkout?code={SHELF}&qty=2").status_code == 200
    short = person.get(f"/checkout?code={SHELF}&qty=3")
    assert short.status_code == 409
    assert "现在可售 2 件" in short.text


def test_the_limits_left_are_shown_before_placing(person: Person, house: House) -> None:
    """Of 26,000.00 a year."""
    house.used = 2_599_999

    assert "还可用 ¥0.01" in person.get(CHECKOUT).text


def test_a_stranger_is_led_through_sign_in_and_identity_and_back(
    database: Database, house: House
) -> None:
    """The quantity and the tick survive both."""
    del database
    person = Person(make_app(house).test_client())

    first = person.get(CHECKOUT)
    asked = person.send(person.get(first.location), "/sign-in/code", phone="13800138000")
    back = person.send(asked, "/sign-in", code=newest_code())
    assert back.location == CHECKOUT
    to_identity = person.get(back.location)
    assert to_identity.location.startswith("/identity?next=")
