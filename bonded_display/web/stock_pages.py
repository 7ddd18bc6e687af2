"""Decide the operator's pages of stock: goods found, and the whole standing of one item.

Only looked at: goods enter and leave by documents, never by a form.
"""

from flask import Blueprint, render_template

from bonded_display.stock.queries import across_item, across_items
from bonded_display.web.paging import place, read_typed
from bonded_display.web.ports import RequireRole
from kernel import clock, db

PREFIX = "/back-office/stock"
ROLE = "operator"
PAGE = 50


def goods_page() -> str:
    """Show goods by name, GTIN or SKU with what there is of them."""
    typed = read_typed("q")
    with db.read() as conn:
        found = across_items(conn, typed, after=place("after"), most=PAGE + 1)
    return render_template(
        "back_office/goods.html", found=found[:PAGE], more=len(found) > PAGE, typed=typed
    )


def item_page(*, item_id: int) -> str:
    """Show one item: levels, book, lots, reservations, movements."""
    with db.read() as conn:
        view = across_item(conn, item_id)
    return render_template("back_office/item.html", view=view, today=clock.china_date(clock.now()))


def make_stock_pages(require_role: RequireRole) -> Blueprint:
    """Return the pages of stock under ``/back-office/stock``, open to operators."""
    pages = Blueprint("stock", __name__, url_prefix=PREFIX)
    pages.add_url_rule("/", "goods", require_role(ROLE)(goods_page))
    pages.add_url_rule("/<int:item_id>", "item", require_role(ROLE)(item_page))
    return pages
