"""Decide the operator's pages of the warehouse: what is to do, the pick list, the exit batch.

What a button does is the verb's; the words are in templates/messages/warehouse.*.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bonded_display.warehouse.errors import WeightInvalid
from bonded_display.warehouse.exit_batch import add_parcel, open_exit_batch, remove_parcel
from bonded_display.warehouse.exit_documents import (
    request_bonded_inventory_list,
    request_exit_pass,
)
from bonded_display.warehouse.inspection.queries import count_open
from bonded_display.warehouse.load_parcel import load_parcel
from bonded_display.warehouse.pack_parcel import pack_parcel
from bonded_display.warehouse.pick_scan import pick_scan
from bonded_display.warehouse.queries import (
    BatchView,
    across_warehouses,
    batch_view,
    past_batches,
    task_view,
    work_of,
)
from bonded_display.warehouse.record_gate_passed import record_gate_passed
from bonded_display.warehouse.returns.queries import count_open_returns
from bonded_display.web import bay_pages
from bonded_display.web.acting import Mishap, acting, done, not_yet
from bonded_display.web.paging import place, read_typed
from bonded_display.web.ports import RequireRole
from kernel import db, money, register
from kernel.errors import Malformed

PREFIX = "/back-office/warehouse"
ROLE = "operator"
PAGE = 50


def home() -> Response | str:
    """Show the warehouses; lead straight to it when there is one."""
    with db.read() as conn:
        warehouses = across_warehouses(conn)
    if len(warehouses) == 1:
        return redirect(url_for("operator.overview", warehouse_id=warehouses[0].id), 303)
    return render_template("warehouse/home.html", warehouses=warehouses)


def overview(*, warehouse_id: int, mishap: Mishap | None = None) -> str:
    """Show what lies before the people of one warehouse."""
    with db.read() as conn:
        facts = {
            "warehouse": register.get_warehouse(conn, warehouse_id),
            "work": work_of(conn, warehouse_id),
            "wanted": count_open(conn, warehouse_id),
            "coming_back": count_open_returns(conn, warehouse_id),
        }
    return render_template("warehouse/overview.html", mishap=mishap, **facts)


def past_page(*, warehouse_id: int) -> Response | str:
    """Show the exit batches that passed the gate; a number that names one leads to it."""
    typed = read_typed("q")
    with db.read() as conn:
        house = register.get_warehouse(conn, warehouse_id)
        rows = past_batches(conn, warehouse_id, typed=typed, before=place("before"), most=PAGE + 1)
    if typed and len(rows) == 1:
        return redirect(_batch(rows[0].id), 303)
    return render_template(
        "warehouse/past_batches.html",
        warehouse=house,
        rows=rows[:PAGE],
        more=len(rows) > PAGE,
        typed=typed,
    )


def pick_page(*, task_id: int, mishap: Mishap | None = None) -> str:
    """Show one pick list with its scan field."""
    with db.read() as conn:
        view = task_view(conn, task_id)
    return render_template("warehouse/pick_task.html", view=view, mishap=mishap)


def batch_page(*, batch_id: int, mishap: Mishap | None = None) -> str:
    """Show one exit batch with the step that is due."""
    with db.read() as conn:
        view = batch_view(conn, batch_id)
    return render_template(
        "warehouse/exit_batch.html", view=view, steps=steps_of(view), mishap=mishap
    )


STEPS = ("gather", "list", "pass", "load", "gate")
_DUE = {"open": 0, "closed": 1, "listed": 2, "pass_requested": 2, "approved": 3, "gone": 5}


def steps_of(view: BatchView) -> list[tuple[str, str]]:
    """Return each step of an exit batch with its phase: done, now or ahead."""
    due = _DUE[view.batch.state]
    if view.batch.state == "approved" and view.loaded == len(view.parcels):
        due = 4
    phases = ["done" if n < due else "now" if n == due else "ahead" for n in range(len(STEPS))]
    return list(zip(STEPS, phases, strict=True))


@acting(overview, form="open", field="vehicle_no")
def open_batch(*, warehouse_id: int) -> str:
    """Open an exit batch for a vehicle."""
    batch_id = open_exit_batch(warehouse_id, vehicle_no=request.form.get("vehicle_no", ""))
    done("warehouse.batch_opened")
    return _batch(batch_id)


@acting(pick_page, form="scan", field="code")
def scan(*, task_id: int) -> str:
    """Count one scanned piece."""
    picked = pick_scan(task_id, request.form.get("code", ""), seen=_seen())
    done("warehouse.scanned", picked=picked.picked_qty, qty=picked.qty)
    return url_for("operator.pick", task_id=task_id)


@acting(pick_page, form="pack", field="gross_kg")
def pack(*, task_id: int) -> str:
    """Close the parcel with its weight."""
    waybill_no = pack_parcel(task_id, gross_e5=_weight(request.form.get("gross_kg", "")))
    done("warehouse.packed", waybill_no=waybill_no)
    return url_for("operator.pick", task_id=task_id)


@acting(batch_page, form="gather", field="waybill_no")
def gather(*, batch_id: int) -> str:
    """Put a scanned parcel into the batch."""
    waybill_no = request.form.get("waybill_no", "").strip()
    add_parcel(batch_id, waybill_no=waybill_no)
    done("warehouse.gathered", waybill_no=waybill_no)
    return _batch(batch_id)


@acting(batch_page, form="gather")
def take_out(*, batch_id: int) -> str:
    """Take a parcel out of the batch."""
    waybill_no = request.form.get("waybill_no", "").strip()
    remove_parcel(batch_id, waybill_no=waybill_no)
    done("warehouse.taken_out", waybill_no=waybill_no)
    return _batch(batch_id)


@acting(batch_page, form="list")
def ask_list(*, batch_id: int) -> str:
    """Have the bonded inventory list approved."""
    done("warehouse.listed", number=request_bonded_inventory_list(batch_id))
    return _batch(batch_id)


@acting(batch_page, form="pass")
def ask_pass(*, batch_id: int) -> str:
    """Have the exit pass approved."""
    done("warehouse.pass_approved", number=request_exit_pass(batch_id))
    return _batch(batch_id)


@acting(batch_page, form="load", field="waybill_no")
def load(*, batch_id: int) -> str:
    """Record a parcel scanned onto the vehicle."""
    waybill_no = request.form.get("waybill_no", "").strip()
    missing = load_parcel(batch_id, waybill_no=waybill_no)
    done("warehouse.loaded", waybill_no=waybill_no, missing=missing)
    return _batch(batch_id)


@acting(batch_page, form="gate")
def gate(*, batch_id: int) -> str:
    """Ask the zone whether the vehicle passed the gate."""
    passed = record_gate_passed(batch_id)
    if passed:
        done("warehouse.gate_passed")
    else:
        not_yet("warehouse.gate_not_yet")
    return _batch(batch_id)


def _batch(batch_id: int) -> str:
    return url_for("operator.batch", batch_id=batch_id)


def _seen() -> int | None:
    seen = request.form.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None


def _weight(typed: str) -> int:
    """Return kilograms typed with a point or comma as 1/100,000; ``WeightInvalid``."""
    try:
        gross_e5 = money.parse_e5(typed.strip().replace(",", "."))
    except Malformed as error:
        raise WeightInvalid(typed=typed[:20]) from error
    if not 0 < gross_e5 < 1000 * money.E5:
        raise WeightInvalid(typed=typed[:20])
    return gross_e5


_PAGES: dict[str, tuple[str, Callable[..., Any]]] = {
    "home": ("/", home),
    "overview": ("/<int:warehouse_id>", overview),
    "past": ("/<int:warehouse_id>/past", past_page),
    "pick": ("/pick/<int:task_id>", pick_page),
    "batch": ("/exit/<int:batch_id>", batch_page),
}
_ACTS: dict[str, tuple[str, Callable[..., Any]]] = {
    "open_batch": ("/<int:warehouse_id>/exit", open_batch),
    "scan": ("/pick/<int:task_id>/scan", scan),
    "pack": ("/pick/<int:task_id>/pack", pack),
    "gather": ("/exit/<int:batch_id>/parcels", gather),
    "take_out": ("/exit/<int:batch_id>/take-out", take_out),
    "ask_list": ("/exit/<int:batch_id>/list", ask_list),
    "ask_pass": ("/exit/<int:batch_id>/pass", ask_pass),
    "load": ("/exit/<int:batch_id>/load", load),
    "gate": ("/exit/<int:batch_id>/gate", gate),
}


def make_blueprint(require_role: RequireRole) -> Blueprint:
    """Return the warehouse's pages under ``/back-office/warehouse``, open to operators."""
    pages = Blueprint("operator", __name__, url_prefix=PREFIX)
    for method, routes in (("GET", _PAGES), ("POST", _ACTS)):
        for name, (rule, view) in routes.items():
            pages.add_url_rule(rule, name, require_role(ROLE)(view), methods=[method])
    bay_pages.add_to(pages, require_role(ROLE))
    return pages
