"""Decides which pages and calls the server has, and passes the rooms what they ask of others.

What each answers is its room's business; the process around it is opened by ``house``.
"""

from flask import Flask

from bonded_display.web import make_blueprint
from kernel import web
from kernel.config import Config
from pos.server.web import pos_bp
from settlement.web.payments import make_payments_bp
from shop.capture_payment import Captures
from shop.storefront_ports import storefront_ports
from shop.web.login import install_login, require_staff
from shop.web.operations import operations_bp
from shop.web.staff import make_staff
from shop.web.storefront import make_storefront
from shop.web.storefront.ports import set_ports


def make_app(settings: Config) -> Flask:
    """Return the WSGI application of ``settings``; the house is open already."""
    app = Flask("shop", static_folder=None)
    web.register(app, settings, form_actions=(settings.stripe_url,))
    install_login(app)
    set_ports(app, storefront_ports(settings))
    payments_bp = make_payments_bp(Captures())
    web.csrf.exempt(payments_bp)
    app.register_blueprint(payments_bp)
    app.register_blueprint(pos_bp)
    app.register_blueprint(make_storefront())
    app.register_blueprint(make_staff())
    app.register_blueprint(make_blueprint(require_staff))
    app.register_blueprint(operations_bp)
    return app
