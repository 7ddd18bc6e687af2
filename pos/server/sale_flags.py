"""Decides what is doubted about a sale that was taken in; settling a doubt is a person's.

unreadable                          it could not be read; it is kept as it came
total_differs line_differs change_differs nothing_sold no_shift     within the sale
gap_before                          the terminal's sale before it has not come (yet)
sequence_repeated                   another sale of the terminal has its number
price_old price_differs not_in_catalogue      beside today's offers
clock_ahead                         it was made later than now
after_close                         its shift was closed without it
refund_repeated                     what it gives back was given back before: it does not stand
refund_unknown refund_differs       no such sale of this terminal; another sum than it was sold for
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from kernel import clock, ids
from kernel.clock import Instant
from pos.catalogue import DOMESTIC, Goods
from pos.sale import Sale, SaleLine, doubts
from pos.server.ports import OutletGoods
from pos.server.refunds import doubts_of
from pos.server.tables import sale_flag, shift, terminal_sale
from pos.server.terminals import Terminal

AHEAD = 5 * clock.MINUTE
Doubt = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Taken:
    """A sale just taken in; ``sale`` is None when it could not be read."""

    id: int
    sale: Sale | None
    received_at: Instant


def flag_sales(
    conn: Connection, terminal: Terminal, taken: Sequence[Taken], *, goods: OutletGoods
) -> None:
    """Raise the flags of sales that were taken in, and settle gaps they fill."""
    sales = [one.sale for one in taken if one.sale is not None]
    if not taken:
        return
    offered = _offered(conn, terminal, goods) if sales else {}
    counted = _counted(conn, terminal, [sale.seq for sale in sales])
    closed = _closed(conn, [sale.shift_id for sale in sales])
    rows = []
    for one in taken:
        if one.sale is None:
            rows.append(_row(terminal, one, ("unreadable", {})))
            continue
        found: list[Doubt] = [(kind, {}) for kind in doubts(one.sale)]
        found += [*_of_sequence(one.sale, counted), *_of_prices(one.sale, offered)]
        found += [*_of_time(one), *_of_shift(one.sale, closed)]
        if one.sale.refund_of:
            found += doubts_of(conn, one.id, one.sale.total_fen)
        rows += [_row(terminal, one, doubt) for doubt in found]
    if rows:
        conn.execute(sale_flag.insert(), rows)
    _settle_filled(conn, terminal, [sale.seq + 1 for sale in sales])


def _row(terminal: Terminal, one: Taken, doubt: Doubt) -> dict[str, Any]:
    kind, detail = doubt
    return {
        "id": ids.new(),
        "sale_id": one.id,
        "outlet_id": terminal.outlet_id,
        "kind": kind,
        "detail": json.dumps(detail, ensure_ascii=False),
        "at": one.received_at,
    }


def _offered(conn: Connection, terminal: Terminal, goods: OutletGoods) -> dict[str, Goods]:
    found = goods(conn, terminal.outlet_id)
    return {one.item_id: one for one in found if one.route == DOMESTIC}


def _counted(conn: Connection, terminal: Terminal, seqs: Sequence[int]) -> dict[int, int]:
    """Return how many sales the terminal has under each of these numbers and those before."""
    wanted = {number for seq in seqs for number in (seq - 1, seq)}
    table = terminal_sale.c
    rows = conn.execute(
        select(table.seq, func.count())
        .where(table.terminal_id == terminal.id, table.readable == 1, table.seq.in_(wanted))
        .group_by(table.seq)
    )
    return {row.seq: row[1] for row in rows}


def _closed(conn: Connection, uuids: Sequence[str]) -> dict[str, int]:
    """Return the last sale of each of these shifts that is closed."""
    table = shift.c
    rows = conn.execute(
        select(table.shift_uuid, table.seq_to).where(
            table.shift_uuid.in_(set(uuids)), table.closed_at > 0
        )
    )
    return {row.shift_uuid: row.seq_to for row in rows}


def _of_sequence(sale: Sale, counted: dict[int, int]) -> Iterator[Doubt]:
    if sale.seq > 1 and not counted.get(sale.seq - 1):
        yield "gap_before", {"seq": sale.seq, "missing": sale.seq - 1}
    if counted.get(sale.seq, 0) > 1:
        yield "sequence_repeated", {"seq": sale.seq}


def _of_prices(sale: Sale, offered: dict[str, Goods]) -> Iterator[Doubt]:
    kinds: dict[str, list[dict[str, Any]]] = {}
    for line in () if sale.refund_of else sale.lines:
        kind = _price_doubt(line, offered.get(line.item_id))
        if kind:
            now = offered[line.item_id].price_fen if line.item_id in offered else 0
            detail = {"gnum": line.gnum, "price_fen": line.price_fen, "now_fen": now}
            kinds.setdefault(kind, []).append(detail)
    for kind, lines in kinds.items():
        yield kind, {"lines": lines}


def _price_doubt(line: SaleLine, now: Goods | None) -> str:
    if now is None:
        return "not_in_catalogue"
    if line.price_version < now.price_version:
        return "price_old" if line.price_fen != now.price_fen else ""
    return "price_differs" if line.price_fen != now.price_fen else ""


def _of_time(one: Taken) -> Iterator[Doubt]:
    if one.sale is not None and one.sale.at > one.received_at + AHEAD:
        yield "clock_ahead", {"by_s": (one.sale.at - one.received_at) // clock.SECOND}


def _of_shift(sale: Sale, closed: dict[str, int]) -> Iterator[Doubt]:
    if sale.shift_id in closed and sale.seq > closed[sale.shift_id]:
        yield "after_close", {"last": closed[sale.shift_id]}


def _settle_filled(conn: Connection, terminal: Terminal, seqs: Sequence[int]) -> None:
    """Settle the gaps before these sales: what was missing has come."""
    of_theirs = select(terminal_sale.c.id).where(
        terminal_sale.c.terminal_id == terminal.id, terminal_sale.c.seq.in_(seqs)
    )
    conn.execute(
        update(sale_flag)
        .where(
            sale_flag.c.sale_id.in_(of_theirs),
            sale_flag.c.kind == "gap_before",
            sale_flag.c.settled_at.is_(None),
        )
        .values(settled_at=clock.now(), settled_by="system")
    )
