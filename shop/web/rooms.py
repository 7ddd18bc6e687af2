"""Decides which rooms' pages the application has beside shop, counter and warehouse.

What each shows is its room's business; ``app`` calls this once.
"""

from flask import Flask

from kernel import web
from kernel.web.limits import Limiter
from settlement.web.finance_pages import make_finance
from shop.web.desk import make_desk
from shop.web.finance import find_order, find_till_sale, make_controls
from shop.web.limits import LIMITS
from shop.web.login import require_staff
from shop.web.own_sessions import make_own_sessions
from shop.web.passkeys import make_passkeys
from shop.web.till_papers import number_documents


def open_rooms(app: Flask) -> Limiter:
    """Add finance, operations, sessions and passkeys, and guard what strangers can reach.

    Returns what guards, for a way around the application.
    """
    limiter = web.install_limits(app, LIMITS)
    for blueprint in (
        make_finance(require_staff, find_order, find_till_sale, number_documents),
        make_controls(),
        make_desk(),
        *make_own_sessions(),
        make_passkeys(),
    ):
        app.register_blueprint(blueprint)
    return limiter
