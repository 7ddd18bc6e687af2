"""Decide which lots a picker takes: good ones of the allocated account-book item, earliest expiry.

Setting pieces aside moves nothing: they leave ``qty`` at the gate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select, update

from bonded_display.stock.errors import LotsShort
from bonded_display.stock.levels import BONDED
from bonded_display.stock.tables import lot


@dataclass(frozen=True, slots=True)
class FreeLot:
    """A lot with the pieces that no pick task names yet."""

    id: int
    lot_no: str
    location: str
    free: int
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class LotPick:
    """Pieces to take from one lot at one place."""

    lot_id: int
    lot_no: str
    location: str
    qty: int


def choose_lots(
    lots: Sequence[FreeLot], qty: int, *, account_book_item_id: int, on: date
) -> tuple[LotPick, ...]:
    """Return from which lots ``qty`` pieces are picked, earliest expiry first.

    Lots that expire on ``on`` (today in China) or before are left; ``LotsShort`` when the
    rest does not cover it.  Source: rules section 3.
    """
    sound = [ln for ln in lots if ln.free > 0 and not (ln.expires_on and ln.expires_on <= on)]
    sound.sort(key=lambda ln: (ln.expires_on or date.max, ln.location, ln.id))
    picks: list[LotPick] = []
    open_qty = qty
    for each in sound:
        take = min(each.free, open_qty)
        if take:
            picks.append(LotPick(each.id, each.lot_no, each.location, take))
        open_qty -= take
    if open_qty:
        raise LotsShort(account_book_item_id=account_book_item_id, wanted=qty, free=qty - open_qty)
    return tuple(picks)


def set_aside_lots(
    conn: Connection, warehouse_id: int, account_book_item_id: int, *, qty: int, on: date
) -> tuple[LotPick, ...]:
    """Name ``qty`` pieces for a pick task and return where they lie; ``LotsShort`` if too few."""
    table = lot.c
    rows = conn.execute(
        select(
            table.id, table.lot_no, table.location, table.qty - table.set_aside, table.expires_on
        )
        .where(table.warehouse_id == warehouse_id)
        .where(table.account_book_item_id == account_book_item_id)
        .where(table.status == BONDED, table.quality == "good")
        .order_by(table.id)
        .with_for_update()
    )
    picks = choose_lots(
        [FreeLot(*row) for row in rows], qty, account_book_item_id=account_book_item_id, on=on
    )
    for pick in picks:
        _change(conn, pick.lot_id, pick.qty)
    return picks


def put_back_lots(conn: Connection, picks: Sequence[tuple[int, int]]) -> None:
    """Free pieces of a pick task that was voided; ``picks`` are (lot id, pieces)."""
    for lot_id, qty in sorted(picks):
        _change(conn, lot_id, -qty)


def _change(conn: Connection, lot_id: int, plus: int) -> None:
    conn.execute(update(lot).where(lot.c.id == lot_id).values(set_aside=lot.c.set_aside + plus))
