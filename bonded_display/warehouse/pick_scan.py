"""Decide what one scan of the picker counts for: one piece, of the right goods and lot, or nothing.

The list was chosen by ``open_pick_task``.
"""

from dataclasses import dataclass

from sqlalchemy import update

from bonded_display.warehouse.errors import NotNow, ScannedMeanwhile
from bonded_display.warehouse.pick_match import PickLine, match_scan, read_code
from bonded_display.warehouse.rows import move_task, pick_lines, task_row
from bonded_display.warehouse.tables import pick_line
from kernel import db


@dataclass(frozen=True, slots=True)
class Picked:
    """What the scan counted for, and how far the task is."""

    line_id: int
    picked_qty: int
    qty: int
    state: str


def pick_scan(task_id: int, code: str, *, seen: int | None = None) -> Picked:
    """Count one piece for the line that ``code`` (goods, lot or both) names.

    ``seen`` is how many pieces the picker's page showed as picked: a form sent twice counts
    once.  Raises ``WrongGoods``, ``CodeAmbiguous``, ``PickedAlready``, ``ScannedMeanwhile``
    or ``NotNow``; nothing is counted then.
    """
    with db.write() as conn:
        task = task_row(conn, task_id)
        if task.state not in ("open", "picking", "picked"):
            raise NotNow(subject=f"pick_task:{task_id}", state=task.state, to="picking")
        lines = pick_lines(conn, task_id)
        picked = sum(line.picked_qty for line in lines)
        if seen is not None and seen != picked:
            raise ScannedMeanwhile(seen=seen, picked=picked)
        line = match_scan(lines, read_code(code), code=code.strip())
        conn.execute(
            update(pick_line)
            .where(pick_line.c.id == line.id)
            .values(picked_qty=pick_line.c.picked_qty + 1)
        )
        state = "picked" if _all_but_one(lines) else "picking"
        if state != task.state:
            move_task(conn, task, state)
    return Picked(line.id, line.picked_qty + 1, line.qty, state)


def _all_but_one(lines: list[PickLine]) -> bool:
    return sum(line.qty - line.picked_qty for line in lines) == 1
