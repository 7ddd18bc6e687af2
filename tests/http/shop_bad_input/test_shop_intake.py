"""Orders that come many at once: each is judged as if it came alone, by lane and by application."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from kernel import config, db
from kernel.i18n import text
from pos.server.terminals import register_terminal
from shop.accounts.partners import add_partner, revoke_partner
from shop.app import make_app
from shop.web.intake import ROUTE
from shop.web.intake.entries import MOST
from tests.support.sample_house import Sample, one, rows, shopper

Send = Callable[..., Any]


@pytest.fixture(params=["lane", "application"])
def server(app: Flask, request: pytest.FixtureRequest) -> Flask:
    """The whole server, or the application behind its lanes alone."""
    return app if request.param == "lane" else make_app(config.current())


@pytest.fixture
def key(sample: Sample) -> str:
    """A partner's key."""
    with db.write() as conn:
        return add_partner(conn, "晋选小程序")


@pytest.fixture
def send(server: Flask, key: str) -> Send:
    """Hand in orders and return the answer."""

    def sending(*orders: object, bearer: str = key, language: str = "zh-CN") -> Any:
        heads = {"Authorization": f"Bearer {bearer}", "Accept-Language": language}
        return server.test_client().post(
            ROUTE,
            json={"orders": list(orders)},
            headers=heads,
            environ_base={"REMOTE_PORT": "4711"},
        )

    return sending


def order(sample: Sample, number: int, *, qty: int = 1, **changed: str) -> dict[str, str]:
    """Return what one shopper confirmed, as it travels."""
    ask = sample.ask(qty)
    return {
        "key": f"key-of-an-intake-{number:04d}",
        "session": shopper(number, person=number).token,
        "code": str(ask.shelf_code or ""),
        "offer_id": str(ask.offer_id),
        "qty": str(qty),
        "shown_qty": str(qty),
        "consignee_name": "陈小明",
        "phone": "13700137000",
        "district": "浙江省杭州市西湖区",
        "address": "文三路 90 号 3 幢 502 室",
        "shown_total_fen": str(ask.shown_total_fen),
        "price_version": str(ask.price_version),
        "notices": "2026-11",
        **changed,
    }


def placed() -> int:
    """Return how many checkouts stand."""
    return int(one("SELECT COUNT(*) FROM checkout"))


def test_each_order_has_a_verdict_of_its_own_and_the_same_again(send: Send, sample: Sample) -> None:
    """Two stand, one is dearer by now, one is nobody's; sent again, the first answers come back."""
    orders = [
        order(sample, 1),
        order(sample, 2, price_version="7"),
        order(sample, 3, session="nobody"),
        order(sample, 4, qty=2),
    ]

    first = send(*orders)

    assert first.status_code == 200, first.text
    told = first.json["verdicts"]
    assert [one["key"] for one in told] == [one["key"] for one in orders]
    assert [one["verdict"] for one in told] == ["placed", "refused", "refused", "placed"]
    assert [one.get("code") for one in told[1:3]] == ["price_changed", "sign_in_required"]
    assert told[1]["title"] == text("price_changed.what", "zh-CN")
    assert placed() == 2
    assert rows("SELECT id, total_fen FROM checkout ORDER BY id") == sorted(
        (int(one["checkout_id"]), one["total_fen"]) for one in (told[0], told[3])
    )

    again = send(*orders).json["verdicts"]
    assert [one["replayed"] for one in again] == [True, True, False, True]
    assert [one.get("order_ids") for one in again] == [one.get("order_ids") for one in told]
    assert placed() == 2


def test_what_is_there_is_sold_and_no_piece_more(send: Send, sample: Sample) -> None:
    """Six pieces in two account-book items; nine shoppers of one each, in one request."""
    told = send(*(order(sample, number) for number in range(1, 10))).json["verdicts"]

    assert sorted(one["verdict"] for one in told) == ["placed"] * 6 + ["refused"] * 3
    assert {one["code"] for one in told if one["verdict"] == "refused"} == {"stock_short"}


def test_an_order_that_cannot_be_read_harms_no_other(send: Send, sample: Sample) -> None:
    """No object, a number in place of a text, no key, a hidden field that is none."""
    told = send(
        ["no", "order"],
        {**order(sample, 1), "qty": 1},
        order(sample, 2, key="short"),
        order(sample, 3, offer_id="x"),
        order(sample, 4),
        language="en",
    ).json["verdicts"]

    assert [one.get("code") for one in told] == [
        "entry_malformed",
        "entry_malformed",
        "request_key_invalid",
        "form_tampered",
        None,
    ]
    assert told[0]["next"] == text("entry_malformed.next", "en")
    assert placed() == 1


@pytest.mark.parametrize("count", [0, MOST + 1])
def test_none_and_too_many_are_refused_whole(send: Send, sample: Sample, count: int) -> None:
    """Nothing of it is placed."""
    answer = send(*[order(sample, 1)] * count)

    assert (answer.status_code, answer.json["code"]) == (422, "intake_malformed")
    assert placed() == 0


@pytest.mark.parametrize("body", ["", "{", "[" * 100_000, '{"orders": 7}'])
def test_what_is_no_list_of_orders_is_refused(server: Flask, key: str, body: str) -> None:
    """Nothing at all, half of it, brackets without end, and something else."""
    answer = server.test_client().post(
        ROUTE,
        data=body,
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        environ_base={"REMOTE_PORT": "4711"},
    )

    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (422, "intake_malformed")


def test_only_a_key_that_lives_opens_the_intake(send: Send, sample: Sample, key: str) -> None:
    """Another's, none, one of another form, and the right one once it was withdrawn."""
    with db.write() as conn:
        add_partner(conn, "别家")
    asked = order(sample, 1)
    for wrong in ("", "x.y", f"{key}x", f"{key.partition('.')[0]}."):
        assert send(asked, bearer=wrong).status_code == 403, wrong
    with db.write() as conn:
        revoke_partner(conn, "晋选小程序")

    assert send(asked).json["code"] == "device_unknown"
    assert placed() == 0


def test_a_till_hands_in_for_its_own_outlet(send: Send, sample: Sample) -> None:
    """Its device key opens the intake, and the orders are its outlet's."""
    outlet_id = int(one("SELECT MIN(id) FROM outlet"))
    with db.write() as conn:
        _, device_key = register_terminal(conn, outlet_id, name="till-1")

    told = send(order(sample, 1), bearer=device_key).json["verdicts"]

    assert told[0]["verdict"] == "placed"
    assert rows("SELECT DISTINCT outlet_id FROM customs_order") == [(outlet_id,)]
