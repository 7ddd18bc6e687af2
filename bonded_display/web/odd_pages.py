"""Decide the page of answers that break their own schema, and how one about nothing of ours is read.

An answer about a list is read on the list's own page, which the shop has.
"""

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from bonded_display.customs.reading.odd_receipts import odd_receipts
from bonded_display.customs.reading.papers import open_heard
from bonded_display.web.paging import place
from bonded_display.web.ports import RequireRole
from kernel import db

PAGE = 50
ROLE = "operator"


def odd_page() -> str:
    """Show them, the newest first, each with where it is odd and by which rule."""
    with db.read() as conn:
        rows = odd_receipts(conn, before=place("before"), most=PAGE + 1)
    return render_template("customs_desk/odd.html", rows=rows[:PAGE], more=len(rows) > PAGE)


def read_odd(*, paper_id: int) -> Response:
    """Open one answer that is about no document of ours; the reading is kept."""
    paper = open_heard(paper_id, order_id=None)
    return make_response(
        render_template(
            "back_office/paper.html", row=None, paper=paper, sent=False, here_again=request.path
        )
    )


def add_odd_pages(pages: Blueprint, require_role: RequireRole) -> None:
    """Add both to the customs desk's pages."""
    guard = require_role(ROLE)
    pages.add_url_rule("/odd", "odd", guard(odd_page))
    pages.add_url_rule("/odd/<int:paper_id>", "read_odd", guard(read_odd), methods=["POST"])
