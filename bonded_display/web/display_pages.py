"""Decide the operator's pages of placements: what stands in which outlet, opened and closed.

Labels carry a price, which is the shop's: their addresses lie there.
"""

from flask import Blueprint, render_template, request, url_for

from bonded_display.display.queries import outlets_with_placements, placements_of
from bonded_display.display.turn_shelf_code import close_shelf_code, open_shelf_code
from bonded_display.web.acting import Mishap, acting, done
from bonded_display.web.paging import place
from bonded_display.web.ports import RequireRole
from kernel import clock, db

PREFIX = "/back-office/placements"
ROLE = "operator"
PAGE = 48
"""Two A4 sheets of labels."""


def placements_page(*, mishap: Mishap | None = None) -> str:
    """Show the placements of an outlet, or of all, with the buttons of each."""
    outlet_id = place("outlet")
    with db.read() as conn:
        outlets = outlets_with_placements(conn)
        rows = placements_of(conn, outlet_id=outlet_id or None, after=place("after"), most=PAGE + 1)
    return render_template(
        "back_office/placements.html",
        outlets=outlets,
        outlet_id=outlet_id,
        rows=rows[:PAGE],
        more=len(rows) > PAGE,
        mishap=mishap,
        today=clock.china_date(clock.now()),
    )


@acting(placements_page, form="turn", field="shelf_code")
def open_code() -> str:
    """Let a shelf code sell again."""
    code = open_shelf_code(request.form.get("shelf_code", ""))
    done("operator.shelf_code_opened", shelf_code=code)
    return _back()


@acting(placements_page, form="turn", field="shelf_code")
def close_code() -> str:
    """Let a shelf code sell no longer."""
    code = close_shelf_code(request.form.get("shelf_code", ""))
    done("operator.shelf_code_closed", shelf_code=code)
    return _back()


def _back() -> str:
    """Return the address of the page the button stood on."""
    return url_for(
        "placements.placements", outlet=place("outlet") or None, after=place("after") or None
    )


def make_display_pages(require_role: RequireRole) -> Blueprint:
    """Return the pages of placements under ``/back-office/placements``, open to operators."""
    pages = Blueprint("placements", __name__, url_prefix=PREFIX)
    guard = require_role(ROLE)
    pages.add_url_rule("/", "placements", guard(placements_page))
    pages.add_url_rule("/open", "open", guard(open_code), methods=["POST"])
    pages.add_url_rule("/close", "close", guard(close_code), methods=["POST"])
    return pages
