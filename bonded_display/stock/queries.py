"""Decide what the operator's pages read of stock: goods found, one item's whole standing.

Nothing is changed here; how it is drawn is ``bonded_display.web``'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, literal, or_, select

from bonded_display.stock.levels import BONDED
from bonded_display.stock.tables import (
    account_book_balance,
    account_book_item,
    availability,
    book_deduction,
    lot,
    movement,
    reservation,
)
from kernel.register import Item, get_item
from kernel.register.tables import item, warehouse

Rows = Sequence[Any]
MOST_ROWS = 50
GTIN_LENGTH = 14


@dataclass(frozen=True, kw_only=True)
class ItemFound:
    """Goods with what all warehouses together have of them, in pieces."""

    item: Any
    on_hand: int
    held: int

    @property
    def free(self) -> int:
        """Pieces that may still be reserved."""
        return self.on_hand - self.held


@dataclass(frozen=True, kw_only=True)
class ItemStanding:
    """One item: its account-book items, lots, living reservations, and the latest of both logs."""

    item: Item
    levels: Rows
    lots: Rows
    reservations: Rows
    movements: Rows
    figures: Rows

    @property
    def on_hand(self) -> int:
        """Pieces in all warehouses."""
        return sum(level.on_hand or 0 for level in self.levels)

    @property
    def held(self) -> int:
        """Pieces reserved or allocated."""
        return sum(level.held or 0 for level in self.levels)


def across_items(conn: Connection, words: str, *, after: int, most: int) -> list[ItemFound]:
    """Return goods whose name, GTIN or SKU has ``words``, by id from ``after`` on.

    No words find all goods.  Two statements, however many goods there are.
    """
    table = item.c
    rows = conn.execute(
        select(table.id, table.sku, table.gtin14, table.name, table.name_en)
        .where(table.id > after, *_named(words))
        .order_by(table.id)
        .limit(most)
    ).all()
    sums = conn.execute(
        select(
            account_book_item.c.item_id,
            func.sum(availability.c.on_hand),
            func.sum(availability.c.held),
        )
        .join(availability, availability.c.account_book_item_id == account_book_item.c.id)
        .where(availability.c.status == BONDED)
        .where(account_book_item.c.item_id.in_([row.id for row in rows]))
        .group_by(account_book_item.c.item_id)
    )
    levels = {item_id: (int(on_hand), int(held)) for item_id, on_hand, held in sums}
    return [
        ItemFound(item=row, on_hand=on_hand, held=held)
        for row in rows
        for on_hand, held in [levels.get(row.id, (0, 0))]
    ]


def _named(words: str) -> list[ColumnElement[bool]]:
    typed = words.strip()
    if not typed:
        return []
    digits = typed.replace(" ", "")
    meant = [
        item.c.name.icontains(typed, autoescape=True),
        item.c.name_en.icontains(typed, autoescape=True),
        item.c.sku.icontains(typed, autoescape=True),
    ]
    if digits.isascii() and digits.isdigit() and len(digits) <= GTIN_LENGTH:
        meant.append(item.c.gtin14 == digits.zfill(GTIN_LENGTH))
    return [or_(*meant)]


def across_item(conn: Connection, item_id: int) -> ItemStanding:
    """Return what every warehouse knows of one item; ``NotRegistered``.

    At most 50 rows each of lots with pieces, reservations that live, movements and book figures;
    the logs latest first.
    """
    return ItemStanding(
        item=get_item(conn, item_id),
        levels=conn.execute(_levels(item_id)).all(),
        lots=conn.execute(
            _of_item(lot, item_id)
            .where(lot.c.qty > 0)
            .order_by(lot.c.expires_on, lot.c.location, lot.c.id)
        ).all(),
        reservations=conn.execute(
            _of_item(reservation, item_id)
            .where(reservation.c.state.in_(("reserved", "allocated")))
            .order_by(reservation.c.id.desc())
        ).all(),
        movements=conn.execute(_of_item(movement, item_id).order_by(movement.c.id.desc())).all(),
        figures=conn.execute(
            _of_item(book_deduction, item_id).order_by(book_deduction.c.id.desc())
        ).all(),
    )


def _levels(item_id: int) -> Select[Any]:
    book, level, balance = account_book_item, availability, account_book_balance
    return (
        select(
            book.c.id,
            book.c.account_book_no,
            book.c.item_record_no,
            book.c.hs_code,
            book.c.origin_code,
            book.c.expires_on,
            warehouse.c.code.label("warehouse_code"),
            level.c.on_hand,
            level.c.held,
            balance.c.entered,
            balance.c.pre_deducted,
            balance.c.deducted,
            balance.c.returned,
        )
        .join(warehouse, warehouse.c.id == book.c.warehouse_id)
        .outerjoin(level, and_(level.c.account_book_item_id == book.c.id, level.c.status == BONDED))
        .outerjoin(balance, balance.c.account_book_item_id == book.c.id)
        .where(book.c.item_id == item_id)
        .order_by(warehouse.c.code, book.c.id)
    )


def _of_item(table: Table, item_id: int) -> Select[Any]:
    book = account_book_item
    return (
        select(table, book.c.item_record_no)
        .join(book, book.c.id == table.c.account_book_item_id)
        .where(book.c.item_id == item_id)
        .limit(MOST_ROWS)
    )


def lots_ending(until: date) -> Select[Any]:
    """Return the question for lots with pieces that expire on ``until`` or before.

    Columns: kind, who (the goods), what (the lot), ref_id (the item), on_day.
    """
    book = account_book_item
    return (
        select(
            literal("lot").label("kind"),
            item.c.name.label("who"),
            lot.c.lot_no.label("what"),
            book.c.item_id.label("ref_id"),
            lot.c.expires_on.label("on_day"),
        )
        .join(book, book.c.id == lot.c.account_book_item_id)
        .join(item, item.c.id == book.c.item_id)
        .where(lot.c.qty > 0, lot.c.expires_on <= until)
    )


def goods_of(conn: Connection, account_book_items: Sequence[int]) -> dict[int, Any]:
    """Return item id, name and record number of account-book items, by id."""
    rows = conn.execute(
        select(
            account_book_item.c.id,
            account_book_item.c.item_id,
            account_book_item.c.item_record_no,
            item.c.name,
            item.c.name_en,
        )
        .join(item, item.c.id == account_book_item.c.item_id)
        .where(account_book_item.c.id.in_(sorted(set(account_book_items))))
    )
    return {row.id: row for row in rows}
