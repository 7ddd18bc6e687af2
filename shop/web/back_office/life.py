"""Decide the page of a list's life, and how one of its messages is read or taken out.

What is done about the list is ``bonded_display.web.list_actions``'.

A message holds personal data: it is unsealed by a button only, and the reading is kept.
"""

from typing import Any

from flask import Response, make_response, render_template, request
from werkzeug.utils import secure_filename

from bonded_display.customs.lists import row_of
from bonded_display.customs.reading.papers import Paper, open_heard, open_sent
from bonded_display.customs.reading.queries import life_of_list
from bonded_display.customs.reading.silence import silence_of
from bonded_display.web.list_actions import standing_of
from kernel import clock, config, db
from kernel.clock import Instant


def life_page(*, list_id: int) -> str:
    """Show everything that was said about one list, in the order it was said."""
    with db.read() as conn:
        life = life_of_list(conn, list_id)
    standing = standing_of(list_id)
    return render_template(
        "back_office/life.html",
        life=life,
        possible=standing.possible,
        refusal=standing.refusal,
        silence=silence_of(
            life, at=clock.now(), longer_than=config.current().customs_silent_minutes
        ),
        exact=exact,
    )


def exact(at: Instant) -> str:
    """Return an instant to the second in China, as messages are told apart by it."""
    return f"{clock.china_time(at):%m-%d %H:%M:%S}"


def read_sent(*, list_id: int, paper_id: int) -> Response:
    """Open one message of ours."""
    row = _row(list_id)
    return _shown(row, open_sent(paper_id, order_id=row.order_id), sent=True)


def read_heard(*, list_id: int, paper_id: int) -> Response:
    """Open one answer of customs."""
    row = _row(list_id)
    return _shown(row, open_heard(paper_id, order_id=row.order_id), sent=False)


def _row(list_id: int) -> Any:
    with db.read() as conn:
        return row_of(conn, list_id)


def _shown(row: Any, paper: Paper, *, sent: bool) -> Response:
    """The page of a message; its very bytes when the button asked for the file."""
    if request.form.get("as") == "file":
        answer = make_response(paper.raw)
        answer.headers["Content-Type"] = "application/xml"
        name = secure_filename(paper.name) or "message.xml"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    return make_response(
        render_template(
            "back_office/paper.html",
            row=row,
            paper=paper,
            sent=sent,
            here_again=request.path,
        )
    )
