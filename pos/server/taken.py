"""Decides what is told of sales taken in and shifts closed, and read back for who acts on it.

The facts are written in the commit that took the thing in, so each is told once, whenever and
however often it was sent.  What is posted of them is finance's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from kernel import outbox
from kernel.batch import Batch
from kernel.clock import Instant
from kernel.outbox import Fact
from pos.server.refunds import Refund, refund_of
from pos.server.sale_flags import Taken
from pos.server.tables import sale_line, shift, terminal, terminal_sale
from pos.server.terminals import Terminal

SALE_TAKEN, SHIFT_CLOSED = "pos.sale_taken", "pos.shift_closed"
MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class TillSale:
    """A sale as it was taken in; ``at`` is when it was made, ``lines`` are (item, fen with tax)."""

    id: int
    outlet_id: int
    sale_no: str
    at: Instant
    total_fen: int
    lines: tuple[tuple[int, int], ...]
    refund: Refund | None


@dataclass(frozen=True, slots=True)
class TillShift:
    """A closed shift; ``difference_fen`` is counted less expected, by the terminal's figures."""

    id: int
    outlet_id: int
    shift_no: int
    at: Instant
    difference_fen: int


def sale_named(conn: Connection, sale_no: str) -> int | None:
    """Return the id of the sale with a printed number, or None.

    The number ends in the sale's place in its terminal's series: one look into each series.
    """
    seq = sale_no.rpartition("-")[2]
    if not (seq.isascii() and seq.isdigit() and len(seq) <= MOST_DIGITS):
        return None
    found = (
        select(terminal_sale.c.id)
        .join(terminal, terminal.c.id == terminal_sale.c.terminal_id)
        .where(terminal_sale.c.seq == int(seq), terminal_sale.c.sale_no == sale_no)
    )
    return conn.execute(found.order_by(terminal_sale.c.id).limit(1)).scalar_one_or_none()


def tell_sales(conn: Connection, terminal: Terminal, taken: Sequence[Taken]) -> None:
    """Record ``pos.sale_taken`` for each sale that could be read.

    A refund's fact stands behind that of the sale it gives back, so that both are acted on in order.
    """
    facts = [_fact_of(conn, terminal, one) for one in taken if one.sale is not None]
    if facts:
        with Batch(conn) as batch:
            outbox.record_many(batch, facts)


def _fact_of(conn: Connection, terminal: Terminal, one: Taken) -> Fact:
    refund = refund_of(conn, one.id) if one.sale is not None and one.sale.refund_of else None
    of_sale_id = refund.of_sale_id if refund else None
    return outbox.new_fact(
        SALE_TAKEN,
        subject=f"till_sale:{of_sale_id or one.id}",
        subject_seq=2 if of_sale_id else 1,
        payload={
            "sale_id": str(one.id),
            "terminal_id": str(terminal.id),
            "outlet_id": str(terminal.outlet_id),
            "total_fen": one.sale.total_fen if one.sale else 0,
            "refund": refund is not None,
        },
        at=one.received_at,
    )


def tell_closed(conn: Connection, terminal: Terminal, shift_id: int, *, at: Instant) -> None:
    """Record ``pos.shift_closed``."""
    outbox.record(
        conn,
        SHIFT_CLOSED,
        subject=f"till_shift:{shift_id}",
        subject_seq=1,
        payload={
            "shift_id": str(shift_id),
            "terminal_id": str(terminal.id),
            "outlet_id": str(terminal.outlet_id),
        },
        at=at,
    )


def read_sale(conn: Connection, sale_id: int) -> TillSale:
    """Return a sale that was taken in; one made later than it came is as old as its coming."""
    sale, line = terminal_sale.c, sale_line.c
    row = conn.execute(select(terminal_sale).where(sale.id == sale_id)).one()
    rows = conn.execute(
        select(line.item_id, line.total_fen).where(line.sale_id == sale_id).order_by(line.line_no)
    )
    return TillSale(
        id=row.id,
        outlet_id=row.outlet_id,
        sale_no=row.sale_no,
        at=min(row.sold_at, row.received_at),
        total_fen=row.total_fen,
        lines=tuple((one.item_id, one.total_fen) for one in rows),
        refund=refund_of(conn, sale_id),
    )


def read_shift(conn: Connection, shift_id: int) -> TillShift:
    """Return a shift that was closed."""
    row = conn.execute(select(shift).where(shift.c.id == shift_id)).one()
    expected_fen = row.opening_cash_fen + row.sales_fen
    return TillShift(
        id=row.id,
        outlet_id=row.outlet_id,
        shift_no=row.shift_no,
        at=row.closed_at,
        difference_fen=row.counted_cash_fen - expected_fen,
    )
