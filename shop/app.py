"""Decides which pages, calls and lanes the server has, and passes the rooms what they ask of others.

What each answers is its room's business; the process around it is opened by ``house``.
"""

from collections.abc import Callable

from flask import Flask

from bonded_display.web import (
    make_blueprint,
    make_customs_desk,
    make_display_pages,
    make_stock_pages,
)
from kernel import web
from kernel.config import Config
from kernel.web.front import Front, Lane, Scope, Way, header, peer_of
from kernel.web.headers import Headers
from kernel.web.limits import Limiter
from kernel.web.proxies import Proxies
from pos.server.web import make_till_desk, pos_bp, use_outlet_goods
from settlement.web.payment_data import make_payment_data_bp
from settlement.web.payments import ROUTE as WEBHOOK
from settlement.web.payments import WebhookLane, make_payments_bp
from shop.back_office.customs_house import House
from shop.capture_payment import Captures
from shop.offer.till_goods import TillGoods
from shop.place_order import PlacingInLoop
from shop.storefront_ports import storefront_ports
from shop.web.back_office import make_back_office
from shop.web.intake import LONGEST as LONGEST_INTAKE
from shop.web.intake import ROUTE as INTAKE
from shop.web.intake import IntakeLane, make_intake
from shop.web.login import install_login, require_staff
from shop.web.operations import operations_bp
from shop.web.rooms import open_rooms
from shop.web.staff import make_staff
from shop.web.storefront import make_storefront
from shop.web.storefront.fast_lane import ROUTE as PLACING
from shop.web.storefront.fast_lane import PlacingLane
from shop.web.storefront.ports import set_ports


def make_app(settings: Config) -> Flask:
    """Return the WSGI application of ``settings``; the house is open already."""
    app, _, _ = _make(settings)
    return app


def make_front(settings: Config) -> Front:
    """Return the ASGI application: the same, with lanes before it."""
    app, headers, limiter = _make(settings)
    proxies = Proxies(settings.trusted_proxies)

    def admit_to(endpoint: str) -> Callable[[Scope], None]:
        def admit(scope: Scope) -> None:
            caller = proxies.caller(peer_of(scope), header(scope, b"x-forwarded-for"))
            limiter.check(endpoint, caller)

        return admit

    placing = PlacingInLoop()
    hear = admit_to("payments.stripe_webhook")
    take_in = admit_to("intake.take_in_orders")
    lanes: dict[Way, Lane] = {
        ("POST", PLACING): PlacingLane(app, placing, headers=headers, proxies=proxies),
        ("POST", WEBHOOK): WebhookLane(app, Captures(), headers=headers, admit=hear),
        ("POST", INTAKE): IntakeLane(app, placing, headers=headers, admit=take_in),
    }
    return Front(app, lanes, longest={("POST", INTAKE): LONGEST_INTAKE})


def _make(settings: Config) -> tuple[Flask, Headers, Limiter]:
    app = Flask("shop", static_folder=None)
    headers = web.register(app, settings, form_actions=(settings.stripe_url,))
    install_login(app)
    set_ports(app, storefront_ports(settings))
    payments_bp = make_payments_bp(Captures())
    web.csrf.exempt(payments_bp)
    app.register_blueprint(payments_bp)
    payment_data_bp = make_payment_data_bp()
    web.csrf.exempt(payment_data_bp)
    app.register_blueprint(payment_data_bp)
    use_outlet_goods(app, TillGoods(settings.public_url))
    app.register_blueprint(pos_bp)
    app.register_blueprint(make_till_desk(require_staff))
    app.register_blueprint(make_storefront())
    app.register_blueprint(make_intake())
    app.register_blueprint(make_staff())
    for make in (make_blueprint, make_stock_pages, make_display_pages):
        app.register_blueprint(make(require_staff))
    app.register_blueprint(make_customs_desk(require_staff, House()))
    app.register_blueprint(make_back_office())
    app.register_blueprint(operations_bp)
    return app, headers, open_rooms(app)
