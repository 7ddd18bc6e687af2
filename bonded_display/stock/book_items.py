"""Decide what an account-book item says of a register item: code, units, weights, dates.

The figures of the book are ``book``'s; placing copies what it needs onto the order line.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bonded_display.stock.tables import account_book_item
from kernel import ids


@dataclass(frozen=True, kw_only=True)
class BookItemFacts:
    """What is filed for one account-book item; columns of ``account_book_item``."""

    warehouse_id: int
    item_id: int
    account_book_no: str
    item_record_no: str
    hs_code: str
    gname: str
    gmodel: str
    origin_code: str
    unit_code: str
    unit1_code: str
    qty1_e5_per_piece: int
    unit2_code: str | None = None
    qty2_e5_per_piece: int | None = None
    net_e5_per_piece: int
    gross_e5_per_piece: int
    measure_kind: str | None = None
    measure_e5: int | None = None
    expires_on: date | None = None
    owner_enterprise_id: int
    valid_from_on: date
    valid_to_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class AccountBookItem(BookItemFacts):
    """An account-book item as stored."""

    id: int


def put_account_book_item(conn: Connection, facts: BookItemFacts) -> int:
    """Store ``facts`` under account book and item record number; return the row's id.

    The same pair keeps its id: sheets may be loaded again.
    """
    table = account_book_item
    key = (table.c.account_book_no == facts.account_book_no) & (
        table.c.item_record_no == facts.item_record_no
    )
    found = conn.execute(select(table.c.id).where(key)).scalar_one_or_none()
    if found is not None:
        conn.execute(update(table).where(table.c.id == found).values(asdict(facts)))
        return int(found)
    new_id = ids.new()
    conn.execute(insert(table).values(id=new_id, **asdict(facts)))
    return new_id


def book_items(conn: Connection, wanted: Iterable[int]) -> Mapping[int, AccountBookItem]:
    """Return the account-book items with these ids, by id; unknown ids are absent."""
    table = account_book_item
    rows = conn.execute(select(table).where(table.c.id.in_(sorted(set(wanted)))))
    return {row.id: _item(row) for row in rows}


def book_items_of(
    conn: Connection, warehouse_id: int, item_ids: Iterable[int], *, on: date
) -> tuple[AccountBookItem, ...]:
    """Return what the warehouse's book says of register items on a day, in ascending id."""
    table = account_book_item
    rows = conn.execute(
        select(table)
        .where(table.c.warehouse_id == warehouse_id, table.c.item_id.in_(sorted(set(item_ids))))
        .where(table.c.valid_from_on <= on)
        .where((table.c.valid_to_on.is_(None)) | (table.c.valid_to_on >= on))
        .order_by(table.c.id)
    )
    return tuple(_item(row) for row in rows)


def hs_codes_on(conn: Connection, item_ids: Iterable[int], on: date) -> Mapping[int, str]:
    """Return the tariff code of register items on a day, by item; items nobody filed are absent.

    Goods keep their code when they are cleared and sold as domestic ones; of several entries the
    one that began last by that day is meant.
    """
    table = account_book_item
    rows = conn.execute(
        select(table.c.item_id, table.c.hs_code)
        .where(table.c.item_id.in_(sorted(set(item_ids))), table.c.valid_from_on <= on)
        .order_by(table.c.valid_from_on, table.c.id)
    )
    return {row.item_id: row.hs_code for row in rows}


def _item(row: Row[Any]) -> AccountBookItem:
    return AccountBookItem(**row._mapping)
