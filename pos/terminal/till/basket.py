"""Decides what lies on the counter before it is paid: on the disk too, so that no reload loses it.

Given up before payment it is kept as a void, because a basket that vanishes is a way to steal.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kernel import clock
from pos.catalogue import Goods
from pos.terminal.errors import BasketEmpty
from pos.terminal.journal import Journal
from pos.terminal.uuid7 import uuid7

MOST = 999


@dataclass(frozen=True, slots=True)
class BasketLine:
    """Goods in the basket; ``touched`` is the highest on the line changed last."""

    line_no: int
    goods: Goods
    qty: int
    touched: int

    @property
    def total_fen(self) -> int:
        """What the line comes to."""
        return self.qty * self.goods.price_fen


@dataclass(frozen=True, slots=True)
class Basket:
    """The basket under the id by which it can be paid once."""

    id: str
    lines: tuple[BasketLine, ...]

    @property
    def total_fen(self) -> int:
        """What is to be paid."""
        return sum(line.total_fen for line in self.lines)

    @property
    def pieces(self) -> int:
        """How many pieces lie in it."""
        return sum(line.qty for line in self.lines)

    @property
    def lit(self) -> BasketLine | None:
        """The line that was changed last."""
        return max(self.lines, key=lambda line: line.touched, default=None)


def begin(journal: Journal) -> None:
    """Give a till that has no basket yet an empty one."""
    with journal.commit():
        if not read(journal).id:
            renew(journal)


def read(journal: Journal) -> Basket:
    """Return the basket; before ``begin`` it is empty and has no id."""
    found = journal.rows("SELECT value FROM known WHERE name = 'basket'")
    if not found:
        return Basket("", ())
    rows = journal.rows("SELECT line_no, content, qty, touched FROM basket_line ORDER BY line_no")
    lines = (BasketLine(no, Goods(**json.loads(text)), qty, at) for no, text, qty, at in rows)
    return Basket(found[0][0], tuple(lines))


def add(journal: Journal, goods: Goods) -> None:
    """Put one piece into the basket; goods that lie there already grow by one, at their price."""
    with journal.commit() as conn:
        conn.execute(
            "INSERT INTO basket_line"
            " VALUES ((SELECT coalesce(max(line_no), 0) + 1 FROM basket_line), ?, 1, ?,"
            " (SELECT coalesce(max(touched), 0) + 1 FROM basket_line))"
            " ON CONFLICT (item_id) DO UPDATE SET qty = min(qty + 1, ?),"
            " touched = excluded.touched",
            (goods.item_id, json.dumps(asdict(goods)), MOST),
        )


def change(journal: Journal, line_no: int, *, by: int) -> None:
    """Change a line by pieces; at none it leaves the basket.  A line that is gone stays gone."""
    with journal.commit() as conn:
        conn.execute(
            "UPDATE basket_line SET qty = min(qty + ?, ?),"
            " touched = (SELECT max(touched) + 1 FROM basket_line) WHERE line_no = ?",
            (by, MOST, line_no),
        )
        conn.execute("DELETE FROM basket_line WHERE qty < 1")


def give_up(journal: Journal, basket_id: str, *, shift_id: str) -> None:
    """Give the basket up before payment; it is kept as a void.  Raises ``BasketEmpty``."""
    with journal.commit() as conn:
        basket = read(journal)
        if not basket.lines or basket.id != basket_id:
            raise BasketEmpty
        content = json.dumps([_kept(line) for line in basket.lines])
        row = (basket.id, shift_id, content, clock.now())
        conn.execute("INSERT INTO void_basket VALUES (?, ?, ?, ?)", row)
        renew(journal)


def renew(journal: Journal) -> None:
    """Within a commit, begin an empty basket under a new id."""
    journal.rows("DELETE FROM basket_line")
    journal.rows(
        "INSERT INTO known VALUES ('basket', ?, ?) ON CONFLICT (name)"
        " DO UPDATE SET value = excluded.value, at = excluded.at",
        uuid7(),
        clock.now(),
    )


def _kept(line: BasketLine) -> Mapping[str, Any]:
    goods = line.goods
    return {"item_id": goods.item_id, "qty": line.qty, "price_fen": goods.price_fen}
