"""What the storefront's tests stand on: its real pages over a house that answers as told."""

import html
import re
from dataclasses import dataclass, field, replace
from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bonded_display.stock.choose import Level
from kernel import clock, config, db, web
from kernel.actor import Actor
from kernel.clock import MINUTE
from kernel.errors import Problem
from settlement.tax.rates import ConsumptionRule, Tariff
from shop.accounts.consents import ID_NUMBER_VERSION
from shop.offer.ask import PlaceAsk, Placed
from shop.offer.quote import Terms
from shop.offer.shown import Filed, Goods, Seller, ShownOffer
from shop.web.login import install_login
from shop.web.staff import make_staff
from shop.web.storefront import make_storefront
from shop.web.storefront.order_view import (
    BriefOrder,
    CheckoutView,
    LineView,
    OrdersPage,
    OrderView,
    Step,
)
from shop.web.storefront.ports import Ports, set_ports
from tests.db.accounts.conftest import CHEN, PHONE, Verifier, newest_code

SHELF, GTIN = "K7M2-9Q", "04901234567894"
LABEL = f"/01/{GTIN}/21/{SHELF}"
NOTICES = "2026-11"
SERUM = Tariff(
    "3304990099",
    1_300,
    consumption_rule=ConsumptionRule.COSMETICS_MEASURE,
    consumption_bp=1_500,
    line_per_measure_fen=1_000,
)
ADDRESS = {
    "consignee_name": "陈小明",
    "phone": "13700137000",
    "district": "浙江省杭州市西湖区",
    "address": "文三路 90 号 3 幢 502 室",
}


def an_offer(**changes: object) -> ShownOffer:
    """Return an invented offer: a serum of 30 ml from Japan."""
    goods = Goods(
        item_id=1,
        gtin14=GTIN,
        brand="Hinoki",
        model="30ml/瓶",
        image="",
        on=date(2026, 11, 24),
        filed={11: Filed("116", SERUM, 3_000_000, "ml")},
        levels=(Level(11, 1, 40, 0, date(2028, 1, 31)),),
    )
    offer = ShownOffer(
        offer_id=501,
        shelf_code=SHELF,
        outlet_id=7,
        outlet="前展便利 · 云栖店",
        outlet_en="Qianzhan Convenience, Yunqi",
        warehouse_id=3,
        warehouse="武宿综保区一号仓",
        route="retail_import",
        provider="boxed_wallet",
        title="扁柏精华液 30 毫升 深层保湿，敏感肌可用",
        title_en="Hinoki essence 30 ml, deep moisture, for sensitive skin",
        deliver_within_days=5,
        terms=Terms(32_800, 1_200, 50_000, 4),
        goods=goods,
        seller=Seller("甲贸易有限公司", 1, "乙供应链有限公司", 2, "4006001234"),
        closed=None,
    )
    return replace(offer, **changes)  # type: ignore[arg-type]


@dataclass
class House:
    """A house of one test: its offer, what placing says, and what was asked of it."""

    offer: ShownOffer = field(default_factory=an_offer)
    refuses: Problem | None = None
    pays: Problem | None = None
    replayed: bool = False
    used: int = 0
    placed: list[tuple[Actor, PlaceAsk, str]] = field(default_factory=list)
    view: CheckoutView | None = None
    listed: tuple[BriefOrder, ...] = ()
    verifier: Verifier = field(default_factory=Verifier)

    def show_offer(self, shelf_code: str, on: date, *, gtin14: str | None = None) -> ShownOffer:
        """Return the one offer."""
        del on
        assert shelf_code == SHELF
        assert gtin14 in (None, GTIN)
        return self.offer

    def place(self, actor: Actor, ask: PlaceAsk, *, key: str, device: str = "") -> Placed:
        """Place, or refuse as told."""
        self.placed.append((actor, ask, key))
        if self.refuses is not None:
            raise self.refuses
        expires_at = clock.now() + 30 * MINUTE
        return Placed(
            actor.id, 9_001, (9_002,), ask.shown_total_fen, expires_at, replayed=self.replayed
        )

    def pay(self, actor: Actor, checkout_id: int) -> str:
        """Return the provider's page."""
        del actor
        if self.pays is not None:
            raise self.pays
        return f"http://127.0.0.1:8081/pay/{checkout_id}"

    def order(self, actor: Actor, checkout_id: int) -> CheckoutView:
        """Return the one checkout."""
        del actor, checkout_id
        return self.view or a_checkout(Step.PLACED)

    def orders(self, actor: Actor, before: int | None) -> OrdersPage:
        """Return the checkouts it was given to list, two a page."""
        del actor
        left = [one for one in self.listed if before is None or one.checkout_id < before]
        return OrdersPage(tuple(left[:2]), left[1].checkout_id if len(left) > 2 else None)

    def ports(self) -> Ports:
        """Return the storefront's ports to this house."""
        return Ports(
            show_offer=self.show_offer,
            place=self.place,
            pay=self.pay,
            order=self.order,
            orders=self.orders,
            used_fen=lambda _person: self.used,
            verifier=self.verifier,
        )


def a_checkout(*reached: Step, **changes: object) -> CheckoutView:
    """Return an invented checkout that has reached some steps."""
    times = {step: clock.now() - (len(reached) - n) * 20 * MINUTE for n, step in enumerate(reached)}
    order = OrderView(
        order_id=9_002,
        order_no="QZ2611240000123",
        reached=times,
        lines=(LineView("扁柏精华液 30 毫升", "Hinoki essence 30 ml", 1, 32_800),),
        goods_fen=32_800,
        freight_fen=1_200,
        duty_fen=0,
        consumption_fen=4_200,
        vat_fen=3_640,
        total_fen=41_840,
    )
    order = replace(order, **changes)  # type: ignore[arg-type]
    return CheckoutView(
        checkout_id=9_001,
        total_fen=41_840,
        placed_at=min(times.values()),
        expires_at=clock.now() + 25 * MINUTE,
        can_pay=Step.PAID not in reached and order.ended is None,
        outlet="前展便利 · 云栖店",
        outlet_en="Qianzhan Convenience, Yunqi",
        consignee_name="陈小明",
        consignee_phone="13700137000",
        consignee_address="浙江省杭州市西湖区文三路 90 号 3 幢 502 室",
        orders=(order,),
    )


def make_app(house: House) -> Flask:
    """Return an application of the storefront and the staff sign-in alone."""
    app = Flask("storefront")
    web.register(app, config.current(), form_actions=["http://127.0.0.1:8081"])
    install_login(app)
    app.register_blueprint(make_storefront())
    app.register_blueprint(make_staff())
    set_ports(app, house.ports())
    return app


class Person:
    """Somebody with a browser: follows forms as they stand in the page, CSRF token and all."""

    def __init__(self, client: FlaskClient, language: str = "zh-CN") -> None:
        self.client = client
        self.headers = {"Accept": "text/html", "Accept-Language": language}

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path, headers=self.headers)

    def send(self, page: TestResponse, action: str, **typed: str) -> TestResponse:
        """Send the form of a page that leads to ``action``, with some fields typed."""
        return self.client.post(action, data=fields(page, action) | typed, headers=self.headers)

    def sign_in(self, phone: str = PHONE) -> TestResponse:
        """Sign in by phone and code."""
        asked = self.send(self.get("/sign-in"), "/sign-in/code", phone=phone)
        return self.send(asked, "/sign-in", code=newest_code())

    def verify(self) -> TestResponse:
        """Give consent, name and number."""
        typed = {"name": CHEN[0], "id_number": CHEN[1], "consent": ID_NUMBER_VERSION}
        return self.send(self.get("/identity"), "/identity", **typed)


_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.S)
_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


def fields(page: TestResponse, action: str) -> dict[str, str]:
    """Return the fields of a page's form as a browser would send them untouched."""
    for head, body in _FORM.findall(page.text):
        if f'action="{action}"' in head:
            inputs = [dict(_ATTRIBUTE.findall(tag)) | {"tag": tag} for tag in _INPUT.findall(body)]
            return {
                one["name"]: html.unescape(one.get("value", ""))
                for one in inputs
                if one.get("type") != "checkbox" or " checked" in one["tag"]
            }
    raise AssertionError(f"no form leads to {action}")


def rows_of(table: object) -> int:
    """Return how many rows a table has."""
    with db.read() as conn:
        return len(conn.execute(table.select()).all())  # type: ignore[attr-defined]
