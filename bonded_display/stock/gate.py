"""Decide what passing the gate does to stock: the book, the lots, the level, the allocation.

All of it stands on the exit pass, in the transaction that records the passing, once.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bonded_display.stock.book import BookFigure, record_figures
from bonded_display.stock.documents import already, document_line
from bonded_display.stock.errors import AllocationMissing
from bonded_display.stock.levels import BONDED
from bonded_display.stock.tables import availability, lot, movement, reservation
from kernel import ids
from kernel.batch import Batch
from kernel.clock import Instant


@dataclass(frozen=True, kw_only=True)
class GateLine:
    """Pieces of one lot that left in one order's parcel."""

    order_id: int
    gnum: int
    warehouse_id: int
    account_book_item_id: int
    lot_id: int
    qty: int

    @property
    def line(self) -> str:
        """The line's name on the exit pass."""
        return f"{self.order_id}/{self.gnum}/{self.lot_id}"


def deduct_at_gate(
    conn: Connection, exit_pass_no: str, lines: Sequence[GateLine], *, at: Instant
) -> int:
    """Take ``lines`` out of stock and turn their pre-deduction into deduction.

    Returns how many lines were new.  Raises ``AllocationMissing`` when an order's lines are
    not exactly its firm allocation, ``DocumentChanged`` when a line came with other pieces.
    Source: rules section 3.
    """
    wanted = {line.line: -line.qty for line in lines}
    stored = already(conn, movement, exit_pass_no, "gate_passed", wanted)
    new = [line for line in lines if line.line not in stored]
    if not new:
        return 0
    _require_allocated(conn, exit_pass_no, new)
    with Batch(conn) as batch:
        _take_from_levels(batch, new)
        take_from_lots(batch, new)
        end_claims(batch, new)
        log_leaving(batch, "gate_passed", exit_pass_no, new, at=at)
    record_figures(conn, exit_pass_no, _figures(new), at=at)
    return len(new)


def _require_allocated(conn: Connection, exit_pass_no: str, lines: Sequence[GateLine]) -> None:
    leaving: Counter[tuple[int, int]] = Counter()
    for line in lines:
        leaving[line.order_id, line.account_book_item_id] += line.qty
    orders = sorted({line.order_id for line in lines})
    table = reservation.c
    rows = conn.execute(
        select(table.order_id, table.account_book_item_id, table.qty)
        .where(table.order_id.in_(orders), table.state == "allocated")
        .with_for_update()
    )
    allocated: Counter[tuple[int, int]] = Counter()
    for order_id, item, qty in rows:
        allocated[order_id, item] += qty
    for order_id, item in sorted(leaving.keys() | allocated.keys()):
        if leaving[order_id, item] != allocated[order_id, item]:
            raise AllocationMissing(order_id=order_id, document=exit_pass_no)


def _take_from_levels(batch: Batch, lines: Sequence[GateLine]) -> None:
    batch.update(
        availability,
        [
            {"warehouse_id": house, "account_book_item_id": item, "status": BONDED, "qty": qty}
            for (house, item), qty in by_level(lines)
        ],
        key=("warehouse_id", "account_book_item_id", "status"),
        set_={"on_hand": "on_hand - :qty", "held": "held - :qty"},
    )


def by_level(lines: Sequence[GateLine]) -> list[tuple[tuple[int, int], int]]:
    """Return the pieces of each (warehouse, account-book item), in the order of locking."""
    gone: dict[tuple[int, int], int] = defaultdict(int)
    for line in lines:
        gone[line.warehouse_id, line.account_book_item_id] += line.qty
    return sorted(gone.items())


def take_from_lots(batch: Batch, lines: Sequence[GateLine]) -> None:
    """Take pieces that were set aside out of their lots."""
    gone: dict[int, int] = defaultdict(int)
    for line in lines:
        gone[line.lot_id] += line.qty
    batch.update(
        lot,
        [{"id": lot_id, "less": less} for lot_id, less in sorted(gone.items())],
        key=("id",),
        set_={"qty": "qty - :less", "set_aside": "set_aside - :less"},
    )


def end_claims(batch: Batch, lines: Sequence[GateLine]) -> None:
    """Let the orders of ``lines`` claim nothing more: what they claimed has left."""
    batch.run(
        "UPDATE reservation SET state = 'consumed' WHERE order_id IN :ids AND state = 'allocated'",
        {"ids": sorted({line.order_id for line in lines})},
    )


def log_leaving(
    batch: Batch, kind: str, document: str, lines: Sequence[GateLine], *, at: Instant
) -> None:
    """Write a movement of ``kind`` for each line that left under ``document``."""
    batch.insert(
        movement,
        [
            {
                "id": ids.new(),
                "warehouse_id": line.warehouse_id,
                "account_book_item_id": line.account_book_item_id,
                "lot_id": line.lot_id,
                "kind": kind,
                "document": document,
                "document_line": document_line(document, line.line),
                "qty": -line.qty,
                "at": at,
            }
            for line in lines
        ],
    )


def _figures(lines: Sequence[GateLine]) -> list[BookFigure]:
    figures: list[BookFigure] = []
    for line in lines:
        item = line.account_book_item_id
        figures.append(BookFigure(line.line, item, "pre_deducted", -line.qty))
        figures.append(BookFigure(line.line, item, "deducted", line.qty))
    return figures
