"""Decide the operator's pages of goods that come back: asked for, scanned in, checked, declared.

What each deed does is its verb's; what a return undoes is told before it is asked for.
"""

from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for

from bonded_display.customs.reading.returns import declared_return
from bonded_display.warehouse.errors import ReturnUnfit, UnfitPieces
from bonded_display.warehouse.queries import across_warehouses
from bonded_display.warehouse.returns.arrive import give_up_return, receive_return
from bonded_display.warehouse.returns.cases import CaseRow, pieces_back, pieces_of
from bonded_display.warehouse.returns.check import check_return
from bonded_display.warehouse.returns.queries import (
    count_open_returns,
    latest_return,
    open_returns,
    return_view,
)
from bonded_display.warehouse.returns.term import apply_until, bring_until
from bonded_display.warehouse.states import OPEN_RETURNS
from bonded_display.web.acting import Mishap, acting, done
from bonded_display.web.paging import place
from kernel import clock, db, register, web
from kernel.errors import Malformed
from shop.endings.ask_return import OUTSIDE, ask_return
from shop.endings.declare_return import declare_return_again
from shop.endings.send_back_refused import send_back_refused
from shop.queries import read_order
from shop.web.login import require_staff

ROLE = "operator"
PAGE = 50
LEAST, MOST = 5, 200
MOST_DIGITS = 6


class ReturnReasonMissing(Malformed):
    """A return was asked for without a reason that customs could read; nothing was changed."""

    code = "return_reason_missing"

    def __init__(self) -> None:
        super().__init__(least=LEAST)


def returns_page(*, mishap: Mishap | None = None) -> str:
    """Show the returns of one warehouse, the first unless one is named, the oldest first."""
    with db.read() as conn:
        houses = across_warehouses(conn)
        chosen = place("warehouse") or (houses[0].id if houses else 0)
        house = register.get_warehouse(conn, chosen)
        rows = open_returns(conn, chosen, after=place("after"), most=PAGE + 1)
        counts = count_open_returns(conn, chosen)
    return render_template(
        "back_office/returns.html",
        warehouse=house,
        warehouses=houses,
        rows=rows[:PAGE],
        more=len(rows) > PAGE,
        counts=counts,
        days_left=_days_left,
        mishap=mishap,
    )


def return_page(*, case_id: int, mishap: Mishap | None = None) -> str:
    """Show one return: its dated steps, its goods, its last safe days, what is to do."""
    with db.read() as conn:
        view = return_view(conn, case_id)
        paper = declared_return(conn, case_id)
        came = pieces_of(conn, case_id)
    case = view.case
    return render_template(
        "back_office/return.html",
        view=view,
        case=case,
        paper=paper,
        came=came,
        names={line.gnum: line.name_en if web.lang() == "en" else line.name for line in view.lines},
        typed={gnum: request.form.get(f"unfit_{gnum}", "")[:MOST_DIGITS] for gnum in came},
        apply_at=apply_until(case.released_at),
        bring_at=bring_until(case.released_at),
        days_left=_days_left(case),
        mishap=mishap,
    )


def ask_page(*, order_id: int, mishap: Mishap | None = None) -> str:
    """Show what a return undoes, and ask for the reason; one that is open is led to."""
    with db.read() as conn:
        order = read_order(conn, order_id)
        known = latest_return(conn, order_id)
        back = pieces_back(conn, order_id)
    rest = {line.gnum: line.qty - back.get(line.gnum, 0) for line in order.lines}
    return render_template(
        "back_office/return_ask.html",
        order=order,
        outside=order.state in OUTSIDE,
        rest=rest,
        typed={line.gnum: _typed_qty(line.gnum, rest[line.gnum]) for line in order.lines},
        known=known if known is not None and known.state in OPEN_RETURNS else None,
        reason=request.form.get("reason", ""),
        most=MOST,
        mishap=mishap,
    )


@acting(ask_page, form="return")
def ask(*, order_id: int) -> str:
    """Register the return of an order."""
    reason = " ".join(request.form.get("reason", "").split())[:MOST]
    if len(reason) < LEAST:
        raise ReturnReasonMissing
    with db.read() as conn:
        lines = read_order(conn, order_id).lines
    pieces, wrong = _pieces("qty", [line.gnum for line in lines])
    if wrong:
        raise ReturnUnfit(order_id=order_id, gnum=wrong[0])
    case_id = ask_return(order_id, reason=reason, pieces=pieces)
    done("returns.did.asked")
    return url_for("back_office.return", case_id=case_id)


@acting(returns_page, form="arrive", field="number")
def arrive() -> str:
    """Note that a parcel came back, and go on to its case."""
    number = request.form.get("number", "").strip().upper()
    case_id = receive_return(number, warehouse_id=place("warehouse"))
    done("returns.did.arrived")
    return url_for("back_office.return", case_id=case_id)


@acting(return_page, form="check", field="location")
def check(*, case_id: int) -> str:
    """Record that the goods are as they left, but for some: the others are put aside and declared."""
    with db.read() as conn:
        came = pieces_of(conn, case_id)
    unfit, wrong = _pieces("unfit", list(came))
    if wrong:
        raise UnfitPieces(case_id=case_id, gnum=wrong[0])
    check_return(case_id, fit=True, location=request.form.get("location", ""), unfit=unfit)
    done("returns.did.checked")
    return url_for("back_office.return", case_id=case_id)


@acting(return_page, form="check")
def unfit(*, case_id: int) -> str:
    """Record that the goods are not as they left."""
    check_return(case_id, fit=False)
    done("returns.did.unfit")
    return url_for("back_office.return", case_id=case_id)


@acting(return_page, form="give_up")
def give_up(*, case_id: int) -> str:
    """End a case whose parcel did not come."""
    give_up_return(case_id)
    done("returns.did.given_up")
    return url_for("back_office.return", case_id=case_id)


@acting(return_page, form="declare")
def declare(*, case_id: int) -> str:
    """Send 625 again after customs refused it."""
    declare_return_again(case_id)
    done("returns.did.declared")
    return url_for("back_office.return", case_id=case_id)


@acting(return_page, form="send_back")
def send_back(*, case_id: int) -> str:
    """End a return that customs refused: the goods go to the shopper again."""
    send_back_refused(case_id)
    done("returns.did.refused")
    return url_for("back_office.return", case_id=case_id)


def _pieces(name: str, gnums: Sequence[int]) -> tuple[dict[int, int], list[int]]:
    """Return the pieces typed as ``name`` by line, noughts left out, and the lines with no number."""
    pieces: dict[int, int] = {}
    wrong: list[int] = []
    for gnum in gnums:
        typed = request.form.get(f"{name}_{gnum}", "").strip() or "0"
        if not (typed.isascii() and typed.isdigit() and len(typed) <= MOST_DIGITS):
            wrong.append(gnum)
        elif int(typed):
            pieces[gnum] = int(typed)
    return pieces, wrong


def _typed_qty(gnum: int, otherwise: int) -> str:
    """Return the pieces typed for a line; what is no number is none."""
    typed = request.form.get(f"qty_{gnum}", str(otherwise)).strip()
    return typed if typed.isascii() and typed.isdigit() and len(typed) <= MOST_DIGITS else ""


def _days_left(case: CaseRow) -> int:
    """Return whole days until the return must be declared; below nought: it is too late."""
    left = apply_until(case.released_at) - clock.now()
    return int(left) // clock.DAY


def add_to(pages: Blueprint) -> None:
    """Add the pages and deeds to the back office's."""
    guard = require_staff(ROLE)
    for rule, name, view, method in (
        ("/warehouse/returns", "returns", returns_page, "GET"),
        ("/warehouse/returns/arrive", "return_arrive", arrive, "POST"),
        ("/warehouse/returns/<int:case_id>", "return", return_page, "GET"),
        ("/warehouse/returns/<int:case_id>/check", "return_check", check, "POST"),
        ("/warehouse/returns/<int:case_id>/unfit", "return_unfit", unfit, "POST"),
        ("/warehouse/returns/<int:case_id>/give-up", "return_give_up", give_up, "POST"),
        ("/warehouse/returns/<int:case_id>/declare", "return_declare", declare, "POST"),
        ("/warehouse/returns/<int:case_id>/send-back", "return_send_back", send_back, "POST"),
        ("/orders/<int:order_id>/return", "return_ask", ask_page, "GET"),
        ("/orders/<int:order_id>/return", "return_asked", ask, "POST"),
    ):
        pages.add_url_rule(rule, name, guard(view), methods=[method])
