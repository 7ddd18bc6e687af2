"""Decide the operator's pages of orders: by state, by number, and one whole."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bonded_display.web.paging import place, read_typed
from kernel import db
from kernel.clock import Instant
from shop.back_office.orders import (
    STATES,
    OrderSheet,
    count_states,
    find_orders,
    order_sheet,
    orders_in,
)
from shop.order.states import RANK
from shop.web import login

PAGE = 50


def orders_page() -> Response | str:
    """Show orders of a state; a number typed leads straight to its order."""
    typed = read_typed("q")
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    with db.read() as conn:
        found = find_orders(conn, typed) if typed else []
        if len(found) == 1:
            return redirect(url_for("back_office.order", order_id=found[0]), 303)
        rows = orders_in(conn, state=state, before=place("before"), most=PAGE + 1)
        states = count_states(conn)
    return render_template(
        "back_office/orders.html",
        rows=rows[:PAGE],
        more=len(rows) > PAGE,
        states=states,
        whole=sum(one.count for one in states),
        state=state,
        typed=typed,
    )


def order_page(*, order_id: int) -> str:
    """Show one order: where it is, its money, papers and parcel; the buyer masked."""
    with db.read() as conn:
        sheet = order_sheet(conn, order_id)
    return render_template(
        "back_office/order.html",
        sheet=sheet,
        steps=steps_of(sheet),
        sees_books=login.opens("finance"),
    )


@dataclass(frozen=True)
class WayStep:
    """One state on an order's way: done, now or ahead, and when it was reached."""

    state: str
    phase: str
    at: Instant | None


def steps_of(sheet: OrderSheet) -> list[WayStep]:
    """Return each state of an order's way; of one that ended, only what it went through."""
    reached: dict[str, Instant] = {"placed": sheet.order.placed_at}
    if sheet.order.paid_at is not None:
        reached["paid"] = sheet.order.paid_at
    reached |= {step.state: step.at for step in sheet.steps}
    now = sheet.order.state
    if now in RANK:
        return [
            WayStep(state, _phase(RANK[state], RANK[now]), reached.get(state))
            for state in sorted(RANK, key=lambda one: RANK[one])
        ]
    past = [WayStep(state, "done", at) for state, at in reached.items() if state != now]
    return [*past, WayStep(now, "now", reached.get(now))]


def _phase(rank: int, now: int) -> str:
    return "done" if rank < now else "now" if rank == now else "ahead"
