"""Decide the operator's pages of the inspection bay: what customs wants, and what was found.

What a result does is ``inspection.outcomes``'; it is told before it is recorded.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from bonded_display.warehouse.errors import NotNow, ResultMissing, SampleUnfit
from bonded_display.warehouse.inspection.cases import bring_to_bay
from bonded_display.warehouse.inspection.outcomes import OUTCOMES, Goods, Result, Wish
from bonded_display.warehouse.inspection.queries import (
    CaseView,
    case_view,
    count_open,
    open_cases,
)
from bonded_display.warehouse.inspection.record_result import record_result
from bonded_display.web.acting import Mishap, acting, done
from bonded_display.web.paging import place
from kernel import db, register
from kernel.clock import Instant

PAGE = 50
STATES = ("open", "in_bay", "found")
LONGEST_PAPER = 60
MOST_DIGITS = 6

OFFERED: dict[Wish, tuple[Result, ...]] = {
    Wish.INSPECTION: tuple(Result),
    Wish.DETENTION: (Result.SEIZED, Result.DESTROYED, Result.INTACT, Result.REPACKED),
    Wish.RETURN_OUT: (Result.SENT_BACK, Result.DESTROYED, Result.SEIZED),
}
"""What customs may have decided, the likeliest first."""


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What was chosen and typed about one case; a result that is none is no choice."""

    result: Result | None
    document_no: str
    sampled: dict[int, str] = field(default_factory=dict)

    @property
    def pieces(self) -> dict[int, int]:
        """Return the pieces customs kept, by line; what is no number counts as nought."""
        return {gnum: _pieces(typed) for gnum, typed in self.sampled.items() if typed}


def inspections_page(*, warehouse_id: int, mishap: Mishap | None = None) -> str:
    """Show the parcels that customs wants, the oldest first, with the field to scan one in."""
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    with db.read() as conn:
        house = register.get_warehouse(conn, warehouse_id)
        counts = count_open(conn, warehouse_id)
        rows = open_cases(conn, warehouse_id, state=state, after=place("after"), most=PAGE + 1)
    return render_template(
        "warehouse/inspections.html",
        warehouse=house,
        rows=rows[:PAGE],
        more=len(rows) > PAGE,
        counts=counts,
        state=state,
        mishap=mishap,
    )


def case_page(*, case_id: int, mishap: Mishap | None = None) -> str:
    """Show one parcel that customs wants: its way, its goods, and what may be recorded."""
    with db.read() as conn:
        view = case_view(conn, case_id)
    return _form("inspection", view, mishap, typed=_typed(view))


@acting(inspections_page, form="bay", field="waybill_no")
def bring(*, warehouse_id: int) -> str:  # the page it was scanned on
    """Note the scanned parcel as brought to the bay, and go on to its case."""
    waybill_no = request.form.get("waybill_no", "").strip().upper()
    case_id = bring_to_bay(waybill_no)
    done("inspection.did_bring", waybill_no=waybill_no)
    return url_for("operator.inspection", case_id=case_id)


@acting(case_page, form="result")
def look(*, case_id: int) -> Response:
    """Show once more what the result does before anything is recorded."""
    with db.read() as conn:
        view = case_view(conn, case_id)
    typed = _typed(view)
    result = _demand(view, typed)
    return make_response(
        _form("inspection_look", view, None, typed=typed, result=result, outcome=OUTCOMES[result])
    )


@acting(case_page, form="result")
def record(*, case_id: int) -> str:
    """Record the result; stock, book, parcel and order follow."""
    with db.read() as conn:
        view = case_view(conn, case_id)
    typed = _typed(view)
    result = _demand(view, typed)
    sampled = typed.pieces if OUTCOMES[result].goods is Goods.SAMPLED else None
    record_result(case_id, result, document_no=typed.document_no, sampled=sampled)
    done(f"inspection.did.{result}")
    return url_for("operator.inspection", case_id=case_id)


def _demand(view: CaseView, typed: Typed) -> Result:
    """Return the chosen result; raise what is missing or does not fit the parcel."""
    if view.case.state != "in_bay":
        subject = f"inspection_case:{view.case.id}"
        raise NotNow(subject=subject, state=view.case.state, to="found")
    if typed.result is None or not typed.document_no:
        raise ResultMissing
    if OUTCOMES[typed.result].goods is Goods.SAMPLED:
        there = {line.gnum: line.qty for line in view.lines}
        wrong = [gnum for gnum, qty in typed.pieces.items() if not 0 < qty <= there[gnum]]
        if wrong or not typed.pieces:
            raise SampleUnfit(case_id=view.case.id, gnum=min(wrong, default=view.lines[0].gnum))
    return typed.result


def _typed(view: CaseView) -> Typed:
    chosen = request.form.get("result", "")
    offered = OFFERED[Wish(view.case.wish)]
    return Typed(
        result=Result(chosen) if chosen in offered else None,
        document_no=" ".join(request.form.get("document_no", "").split())[:LONGEST_PAPER],
        sampled={
            line.gnum: request.form.get(f"sampled_{line.gnum}", "").strip()[:MOST_DIGITS]
            for line in view.lines
        },
    )


def _pieces(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() else 0


def _form(name: str, view: CaseView, mishap: Mishap | None, **facts: object) -> str:
    return render_template(
        f"warehouse/{name}.html",
        view=view,
        case=view.case,
        steps=_steps(view),
        offered=OFFERED[Wish(view.case.wish)],
        outcomes=OUTCOMES,
        most=LONGEST_PAPER,
        mishap=mishap,
        **facts,
    )


@dataclass(frozen=True)
class CaseStep:
    """One step of a case: done, now or ahead, and when it was."""

    name: str
    phase: str
    at: Instant | None


def _steps(view: CaseView) -> list[CaseStep]:
    """Return the steps of a case: wanted, packed, in the bay, found, over."""
    case = view.case
    packed = case.task_state in ("packed", "loaded") or case.brought_at is not None
    due = {"open": 2 if packed else 1, "in_bay": 3, "found": 4, "closed": 5}[case.state]
    told = (
        ("wanted", case.opened_at),
        ("packed", None),
        ("in_bay", case.brought_at),
        ("found", case.found_at),
        ("closed", case.closed_at),
    )
    phases = ["done" if n < due else "now" if n == due else "ahead" for n in range(len(told))]
    return [CaseStep(name, phase, at) for (name, at), phase in zip(told, phases, strict=True)]


def add_to(pages: Blueprint, guard: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Add the bay's pages and deeds to the warehouse's."""
    for rule, name, view, method in (
        ("/<int:warehouse_id>/inspection", "inspections", inspections_page, "GET"),
        ("/<int:warehouse_id>/inspection/bay", "bring", bring, "POST"),
        ("/inspection/<int:case_id>", "inspection", case_page, "GET"),
        ("/inspection/<int:case_id>/look", "look_result", look, "POST"),
        ("/inspection/<int:case_id>/result", "record_result", record, "POST"),
    ):
        pages.add_url_rule(rule, name, guard(view), methods=[method])
