"""Decide finance's home: the control totals over all rooms, where each one differs, money owed.

What is compared is ``shop.finance.controls``'; the pages of the books are settlement's.
"""

from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import select

from bonded_display.web.acting import Mishap, acting, done
from kernel import clock, db, deliveries
from kernel.money import show_fen
from kernel.web import lang
from pos.server.taken import sale_named
from settlement.books import second_payments
from settlement.books.asks import PAGE, read_place
from settlement.second_payment import give_back_second_payment
from settlement.web.links import document_link, links_of
from shop.finance.controls import CONTROLS, Difference, control, differences, totals
from shop.operations.queues import open_subjects
from shop.tables import customs_order
from shop.web.login import require_staff
from shop.web.till_papers import number_documents, till_sale_page

ROLE = "finance"
MOST = 200


def find_order(order_no: str) -> int | None:
    """Return the id of the order with a printed number, in either case, or None."""
    with db.read() as connection:
        return connection.execute(
            select(customs_order.c.id).where(customs_order.c.order_no == order_no.strip().upper())
        ).scalar_one_or_none()


def find_till_sale(sale_no: str) -> str | None:
    """Return the document of the till's sale with a printed number, in either case, or None."""
    with db.read() as connection:
        sale_id = sale_named(connection, sale_no.strip().upper())
    return None if sale_id is None else f"till_sale:{sale_id}"


@require_staff(ROLE)
def home() -> str:
    """Show every control with a tick or its difference."""
    with db.read() as connection:
        told = totals(connection)
    return render_template(
        "finance/home.html",
        totals=told,
        differing=sum(1 for total in told if not total.agrees),
        under_way=sum(deliveries.count_open().values()),
        at=clock.now(),
    )


@require_staff(ROLE)
def one(key: str) -> str:
    """Show the documents on which a control's witnesses disagree."""
    with db.read() as connection:
        found = differences(connection, control(key).key, most=MOST + 1)
        moving = open_subjects(connection, [each.document for each in found])
    return render_template(
        "finance/control.html",
        control=CONTROLS[key],
        rows=found[:MOST],
        more=len(found) > MOST,
        moving=moving,
        link=links_of([each.document for each in found], number_documents),
        sums=_sums(found),
        at=clock.now(),
    )


def _sums(found: Sequence[Difference]) -> tuple[int, int]:
    return sum(each.expected for each in found), sum(each.found for each in found)


def second_payments_page(*, mishap: Mishap | None = None, second_id: int = 0) -> str:
    """Show the money that came beside a settled payment: what is owed, or what went back."""
    asked = request.args.get("state", "")
    state = asked if asked in second_payments.STATES else "owed"
    with db.read() as connection:
        counts = second_payments.count_by_state(connection)
        rows = second_payments.list_second_payments(
            connection,
            state=state,
            before=read_place(request.args.get("before", "")),
            most=PAGE + 1,
        )
    return render_template(
        "finance/second_payments.html",
        counts=counts,
        state=state,
        rows=rows[:PAGE],
        more=len(rows) > PAGE,
        mishap=mishap,
        about=second_id,
    )


@acting(second_payments_page, form="second")
def give_back_second(*, second_id: int) -> str:
    """Give one such money back now, once."""
    given_fen = give_back_second_payment(second_id)
    done("finance.did_give_back", money=show_fen(given_fen, lang()))
    return url_for("controls.second_payments", state="refunded")


def make_controls() -> Blueprint:
    """Return finance's home, a page for each control, and the money that came twice."""
    bp = Blueprint("controls", __name__, url_prefix="/finance")
    bp.get("/")(home)
    bp.get("/controls/<key>")(one)
    finance = require_staff(ROLE)
    bp.add_url_rule("/second-payments", "second_payments", finance(second_payments_page))
    bp.add_url_rule("/till-sales/<int:sale_id>", "till_sale", finance(till_sale_page))
    bp.add_url_rule(
        "/second-payments/<int:second_id>/give-back",
        "give_back_second",
        finance(give_back_second),
        methods=["POST"],
    )
    bp.context_processor(lambda: {"link": document_link})
    return bp
