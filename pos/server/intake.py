"""Decides how a finished sale is taken in: always, once, as it came; doubts become flags.

    accepted   new: it stands now                 conflict  its id is known with other content:
    replayed   known with the same content        nameless  it has no id; both kept for a person

Nothing is computed anew: prices, sums and times are the terminal's.  Which doubts there are is
``sale_flags``'s.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from kernel import clock, ids
from kernel.clock import Instant
from pos.errors import SaleUnreadable
from pos.sale import Sale, content_hash, content_text, is_uuid7, row_number, sale_from_json
from pos.server.conflicts import insert_into, keep_conflict
from pos.server.ports import OutletGoods
from pos.server.refunds import keep_refund
from pos.server.sale_flags import Taken, flag_sales
from pos.server.tables import sale_line, terminal_sale
from pos.server.tables import terminal as terminal_table
from pos.server.taken import tell_sales
from pos.server.terminals import Terminal

_UNREAD = {
    "seq": 0,
    "sale_no": "",
    "sold_at": 0,
    "shift_uuid": "",
    "tender": "",
    "total_fen": 0,
    "paid_fen": 0,
    "change_fen": 0,
    "catalogue_version": "",
    "clock_offset_ms": 0,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one entry: the id and hash it came with, and the outcome."""

    id: str
    hash: str
    outcome: str

    def to_json(self) -> dict[str, str]:
        """Return it as it is sent."""
        return {"id": self.id, "hash": self.hash, "outcome": self.outcome}


def take_sales(
    conn: Connection, terminal: Terminal, bodies: Sequence[object], *, goods: OutletGoods
) -> list[Answer]:
    """Take in finished sales and return an answer to each, in their order.

    One caller a terminal at a time: its row is taken first, so that sales which arrive together
    see each other and a gap is told once.
    """
    own = select(terminal_table.c.id).where(terminal_table.c.id == terminal.id)
    conn.execute(own.with_for_update())
    at, taken, answers = clock.now(), [], []
    for body in bodies:
        answer, sale_id = _take(conn, terminal, body, at=at)
        answers.append(answer)
        if sale_id:
            taken.append(Taken(sale_id, _read(body), at))
    flag_sales(conn, terminal, taken, goods=goods)
    tell_sales(conn, terminal, taken)
    return answers


def _take(conn: Connection, terminal: Terminal, body: object, *, at: Instant) -> tuple[Answer, int]:
    """Return the answer, and the new row's id or 0."""
    named = body.get("id") if isinstance(body, Mapping) else None
    came = content_hash(body)
    if not is_uuid7(named):
        keep_conflict(conn, terminal, body, about=("nameless", ""), at=at)
        return Answer("", came, "nameless"), 0
    uuid, sale_id = str(named), ids.new()
    row = {
        "id": sale_id,
        "sale_uuid": uuid,
        "terminal_id": terminal.id,
        "outlet_id": terminal.outlet_id,
        "content": content_text(body),
        "content_hash": came,
        "received_at": at,
        **_columns(_read(body)),
    }
    new = insert_into(conn, terminal_sale).values(row)
    new = new.on_conflict_do_nothing(index_elements=["sale_uuid"])
    if conn.execute(new.returning(terminal_sale.c.id)).first() is not None:
        _write_lines(conn, sale_id, _read(body))
        _write_refund(conn, sale_id, _read(body))
        return Answer(uuid, came, "accepted"), sale_id
    known = select(terminal_sale.c.content_hash, terminal_sale.c.terminal_id)
    first = conn.execute(known.where(terminal_sale.c.sale_uuid == uuid)).one()
    if (first.content_hash, first.terminal_id) == (came, terminal.id):
        return Answer(uuid, came, "replayed"), 0
    keep_conflict(conn, terminal, body, about=("sale", uuid), at=at)
    return Answer(uuid, came, "conflict"), 0


def _read(body: object) -> Sale | None:
    try:
        return sale_from_json(body)
    except SaleUnreadable:
        return None


def _columns(sale: Sale | None) -> dict[str, Any]:
    if sale is None:
        return {"readable": 0, **_UNREAD}
    same = _UNREAD.keys() - {"sold_at", "shift_uuid"}
    values = {name: getattr(sale, name) for name in same}
    return {"readable": 1, "sold_at": sale.at, "shift_uuid": sale.shift_id, **values}


def _write_refund(conn: Connection, sale_id: int, sale: Sale | None) -> None:
    if sale is not None and sale.refund_of:
        keep_refund(conn, sale_id, sale)


def _write_lines(conn: Connection, sale_id: int, sale: Sale | None) -> None:
    rows = [
        {
            "sale_id": sale_id,
            "line_no": number,
            "item_id": row_number(line.item_id),
            "gtin14": line.gtin14,
            "name": line.name,
            "qty": line.qty,
            "price_fen": line.price_fen,
            "total_fen": line.total_fen,
            "price_version": line.price_version,
        }
        for number, line in enumerate(sale.lines if sale else (), 1)
    ]
    if rows:
        conn.execute(sale_line.insert(), rows)
