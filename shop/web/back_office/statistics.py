"""Decide the page of statistics: a table, its drawing, and the same as a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import IO

from flask import Response, render_template, request

from bonded_display.web.sheet_answers import sheet_answer
from kernel import clock, db
from kernel.errors import Malformed
from kernel.money import yuan_text
from shop.back_office.statistics import BY, WHICH, Asked, Count, count_lists, whole
from shop.imports.templates import write_sheet
from shop.web.back_office.chart import HEIGHT, WIDTH, rounded_up

USUAL = timedelta(days=29)
LONGEST = timedelta(days=731)
DRAWN = 62
HEADS = ("key", "name", "lists", "pieces", "goods_yuan", "quoted_tax_yuan")


class DaysInvalid(Malformed):
    """The days are none, run backwards or over two years; nothing was counted."""

    code = "statistics_days_invalid"

    def __init__(self, *, first: str, last: str) -> None:
        super().__init__(first=first[:20], last=last[:20], most=LONGEST.days)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the drawing in a field of 960 x 200."""

    x: int
    width: int
    height: int
    words: str

    @property
    def y(self) -> int:
        """Its upper edge."""
        return HEIGHT - self.height


def statistics_page() -> str:
    """Show what was counted, drawn and as a table."""
    asked = read_asked()
    with db.read() as conn:
        counts = count_lists(conn, asked)
    return render_template(
        "customs_desk/statistics.html",
        asked=asked,
        counts=counts,
        whole=whole(counts, asked),
        bars=bars(counts[:DRAWN]),
        top=rounded_up(max((one.lists for one in counts[:DRAWN]), default=0)),
        drawn=DRAWN,
        by=BY,
        which=WHICH,
    )


def sheet(*, form: str) -> Response:
    """Return the same groups as a sheet."""
    asked = read_asked()
    with db.read() as conn:
        counts = count_lists(conn, asked)
    rows = [
        {
            "key": one.key,
            "name": one.name,
            "lists": one.lists,
            "pieces": "" if one.pieces is None else one.pieces,
            "goods_yuan": yuan_text(one.goods_fen),
            "quoted_tax_yuan": "" if one.tax_fen is None else yuan_text(one.tax_fen),
        }
        for one in counts
    ]

    def write(out: IO[bytes]) -> None:
        write_sheet(HEADS, rows, out, xlsx=form == "xlsx")

    return sheet_answer(write, name=f"lists-{asked.by}-{asked.first}-{asked.last}", form=form)


def read_asked() -> Asked:
    """Return what the address asks for: the last 30 days unless it says otherwise."""
    today = clock.china_date(clock.now())
    given_first, given_last = request.args.get("first", ""), request.args.get("last", "")
    try:
        last = date.fromisoformat(given_last) if given_last else today
        first = date.fromisoformat(given_first) if given_first else last - USUAL
    except (ValueError, OverflowError) as error:
        raise DaysInvalid(first=given_first, last=given_last) from error
    if not timedelta() <= last - first <= LONGEST or first.year < 2000 or last.year > 2100:
        raise DaysInvalid(first=given_first, last=given_last)
    by, which = request.args.get("by", ""), request.args.get("which", "")
    return Asked(
        by=by if by in BY else BY[0],
        which=which if which in WHICH else WHICH[0],
        first=first,
        last=last,
    )


def bars(counts: Sequence[Count]) -> list[Bar]:
    """Return a bar for each group: as wide as there is room, as high as its lists."""
    if not counts:
        return []
    top = rounded_up(max(one.lists for one in counts))
    room = WIDTH // len(counts)
    width = min(max(1, room * 3 // 4), 60)
    return [
        Bar(number * room, width, one.lists * HEIGHT // top, f"{one.name}: {one.lists}")
        for number, one in enumerate(counts)
    ]
