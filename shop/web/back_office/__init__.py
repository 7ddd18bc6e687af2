"""Decides the operator's pages with rows of two rooms: morning, worklists, orders, lists, labels.

Pages of one room alone are that room's: warehouse, stock and placements are bonded_display.web's.
"""

from flask import Blueprint

from shop.web.back_office import (
    labels,
    life,
    morning,
    orders,
    readiness,
    returns,
    sheets,
    statistics,
)
from shop.web.login import require_staff

PREFIX = "/back-office"
ROLE = "operator"


def make_back_office() -> Blueprint:
    """Return the pages under ``/back-office``, open to operators."""
    pages = Blueprint("back_office", __name__, url_prefix=PREFIX)
    guard = require_staff(ROLE)
    for rule, name, view in (
        ("/", "morning", morning.morning),
        ("/refused", "refused", morning.refused_page),
        ("/waiting", "waiting", morning.waiting_page),
        ("/terms", "terms", morning.terms_page),
        ("/differences", "differences", morning.differences_page),
        ("/readiness", "readiness", readiness.readiness_page),
        ("/statistics", "statistics", statistics.statistics_page),
        ("/statistics.<any(csv, xlsx):form>", "statistics_sheet", statistics.sheet),
        ("/orders", "orders", orders.orders_page),
        ("/orders/<int:order_id>", "order", orders.order_page),
        ("/lists/<int:list_id>", "life", life.life_page),
        ("/labels", "labels", labels.sheet),
        ("/labels/<shelf_code>.pdf", "label", labels.one),
    ):
        pages.add_url_rule(rule, name, guard(view))
    for rule, name, read in (
        ("/lists/<int:list_id>/sent/<int:paper_id>", "read_sent", life.read_sent),
        ("/lists/<int:list_id>/heard/<int:paper_id>", "read_heard", life.read_heard),
    ):
        pages.add_url_rule(rule, name, guard(read), methods=["POST"])
    returns.add_to(pages)
    sheets.add_to(pages, guard)
    return pages
