"""Decide the pages of the customs desk: lists by state, one found by any number, sheets of them.

What one list's life was, and what is done about it, is a page of the shop: it names the buyer.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any

from flask import Blueprint, Response, redirect, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as Answer

from bonded_display.customs.reading import worklist
from bonded_display.customs.reading.worklist import NEWEST, OLDEST, VIEWS, View
from bonded_display.customs.tables import ENDED
from bonded_display.customs.transport.choose import bad_folder
from bonded_display.customs.transport.parking import count_parked
from bonded_display.web.list_actions import add_actions
from bonded_display.web.odd_pages import add_odd_pages
from bonded_display.web.paging import place, read_typed
from bonded_display.web.paper_actions import add_paper_actions
from bonded_display.web.parked_pages import add_parked_pages
from bonded_display.web.ports import CustomsHouse, RequireRole
from bonded_display.web.sheet_answers import sheet_answer
from kernel import clock, config, db, i18n, web
from kernel.clock import MINUTE
from kernel.money import yuan_text

PREFIX = "/back-office/customs"
LIFE = "/back-office/lists"
ROLE = "operator"
PAGE = 50
MOST_FOUND = 200
HEADS = (
    *("order_no", "cop_no", "pre_no", "invt_no", "waybill_no", "state", "state_words"),
    *("return_status", "paid_at", "since_at", "goods_yuan", "quoted_tax_yuan"),
)


@dataclass(frozen=True)
class Asked:
    """What the address asks for: a view of the lists, or those that a number names."""

    view: View
    typed: str

    @property
    def number(self) -> str:
        """What was typed without the gaps in which numbers are read out."""
        return "".join(self.typed.split())

    def args(self, **more: object) -> dict[str, object]:
        """Return the address's arguments, without those that say what is so anyway."""
        given = {
            "view": "" if self.view.name == worklist.OPEN else self.view.name,
            "order": "" if self.view.order == usual_order(self.view.name) else self.view.order,
            "q": self.typed,
        } | more
        return {name: value for name, value in given.items() if value}


def usual_order(name: str) -> str:
    """Return how a view is ordered unless asked: what waits by its age, what ended backwards."""
    return NEWEST if name in (*ENDED, worklist.ALL) else OLDEST


def read_asked() -> Asked:
    """Return what this request asks for; unknown words mean the usual."""
    name = request.args.get("view", "")
    name = name if name in VIEWS else worklist.OPEN
    order = request.args.get("order", "")
    order = order if order in (OLDEST, NEWEST) else usual_order(name)
    return Asked(View(name=name, order=order), read_typed("q"))


@dataclass(frozen=True)
class CustomsDesk:
    """The pages over what ``house`` knows."""

    house: CustomsHouse

    def page(self) -> Answer | str:
        """Show what needs a person, the states, and lists; one found leads to its life."""
        asked, at = _now(read_asked())
        with db.read() as conn:
            found = self._found(conn, asked)
            if len(found) == 1:
                return redirect(f"{LIFE}/{found[0]}", 303)
            rows = self._rows(conn, asked, found)
            counts = worklist.count_desk(conn, at=at)
            alarms = self.house.alarms(conn, at=at)
        return render_template(
            "customs_desk/lists.html",
            asked=asked,
            found=len(found),
            rows=rows if asked.number else rows[:PAGE],
            more=len(rows) > PAGE and not asked.number,
            ended=ENDED,
            silent_minutes=config.current().customs_silent_minutes,
            states=counts.states,
            odd=counts.odd,
            parked=count_parked(bad_folder(config.current())),
            alarms=alarms,
        )

    def sheet(self, *, form: str) -> Response:
        """Return everything that the page shows under the same address, all its pages."""
        asked, _ = _now(read_asked())
        with db.read() as conn:
            found = self._found(conn, asked)
            named = worklist.lists_by_id(conn, found) if found else []
        rows: Iterable[Any] = named if asked.number else worklist.iter_lists(asked.view)

        def write(out: IO[bytes]) -> None:
            self.house.write_sheet(HEADS, _cells(rows, web.lang()), out, xlsx=form == "xlsx")

        return sheet_answer(write, name="lists", form=form)

    def _found(self, conn: Connection, asked: Asked) -> list[int]:
        if not asked.number:
            return []
        order_ids = self.house.find_orders(conn, asked.number)
        return worklist.find_lists(conn, asked.number, order_ids=order_ids, most=MOST_FOUND)

    def _rows(self, conn: Connection, asked: Asked, found: Sequence[int]) -> Sequence[Any]:
        if asked.number:
            return worklist.lists_by_id(conn, found) if found else []
        return worklist.lists_in(conn, asked.view, beyond=place("beyond"), most=PAGE + 1)


def _now(asked: Asked) -> tuple[Asked, int]:
    at = clock.now()
    silent_before = at - config.current().customs_silent_minutes * MINUTE
    return replace(asked, view=replace(asked.view, silent_before=silent_before)), at


def _cells(rows: Iterable[Any], lang: str) -> Iterator[dict[str, object]]:
    for row in rows:
        yield {
            **{name: getattr(row, name, "") for name in HEADS},
            "state_words": i18n.text(f"operator.list.{row.state}", lang),
            "paid_at": _moment(row.created_at),
            "since_at": _moment(row.since_at),
            "goods_yuan": yuan_text(row.goods_fen),
            "quoted_tax_yuan": yuan_text(row.quoted_tax_fen),
        }


def _moment(at: int) -> str:
    return f"{clock.china_time(at):%Y-%m-%d %H:%M:%S}"


def make_customs_desk(require_role: RequireRole, house: CustomsHouse) -> Blueprint:
    """Return the pages under ``/back-office/customs``, open to operators."""
    pages, desk = Blueprint("customs_desk", __name__, url_prefix=PREFIX), CustomsDesk(house)
    guard = require_role(ROLE)
    pages.add_url_rule("/", "lists", guard(desk.page))
    pages.add_url_rule("/lists.<any(csv, xlsx):form>", "sheet", guard(desk.sheet))
    add_actions(pages, require_role)
    add_odd_pages(pages, require_role)
    add_paper_actions(pages, require_role, house)
    add_parked_pages(pages, require_role)
    return pages
