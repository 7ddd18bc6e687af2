"""Decides what templates and exports of the sheets look like: heads, or what stands, as CSV or XLSX.

What is read back is ``kinds``' business: an export can be imported again.  Rows are read page by
page and written to a file, so that a million of them take the memory of one page.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import IO, Any

from openpyxl import Workbook
from sqlalchemy import ColumnElement, RowMapping, Select, select

from bonded_display.display.tables import placement
from bonded_display.stock.tables import account_book_item, lot, movement
from kernel import clock, db, register
from kernel.money import e5_text
from kernel.sheets import csv_lines, harmless
from settlement.tax.versions.difference import stands_on
from shop.imports.run import kind_of
from shop.imports.tariff_rows import sheet_row
from shop.imports.workbook_text import to_workbook

Rows = Iterable[Mapping[str, object]]
PAGE = 5_000


def write_template(kind: str, out: IO[bytes], *, xlsx: bool) -> None:
    """Write an empty sheet with the columns of a kind."""
    write_sheet(_heads(kind), [], out, xlsx=xlsx)


def write_export(kind: str, out: IO[bytes], *, xlsx: bool) -> None:
    """Write what stands of a kind, in the columns in which it is imported."""
    write_sheet(_heads(kind), _EXPORTS[kind](), out, xlsx=xlsx)


def _heads(kind: str) -> list[str]:
    return [column.name for column in kind_of(kind).columns]


def write_sheet(heads: Sequence[str], rows: Rows, out: IO[bytes], *, xlsx: bool) -> None:
    """Write rows as CSV or XLSX; every cell of a workbook is text, so that no digit is lost."""
    if not xlsx:
        out.writelines(csv_lines(heads, rows))
        return
    book = Workbook(write_only=True)
    page = book.create_sheet()
    page.append(list(heads))
    for row in rows:
        page.append([to_workbook(harmless(row[head])) for head in heads])
    book.save(out)


def _paged(query: Select[Any], key: ColumnElement[int]) -> Iterator[RowMapping]:
    """Return the rows of a query in ascending key, each page in a transaction of its own."""
    paged = query.add_columns(key.label("page_key")).order_by(key).limit(PAGE)
    after = 0
    while True:
        with db.read() as conn:
            rows = conn.execute(paged.where(key > after)).mappings().all()
        yield from rows
        if len(rows) < PAGE:
            return
        after = rows[-1]["page_key"]


def _register() -> Rows:
    table = register.enterprise.c
    roles: dict[int, list[str]] = {}
    with db.read() as conn:
        for role in conn.execute(select(register.enterprise_role).order_by("role")):
            roles.setdefault(role.enterprise_id, []).append(role.role)
    for row in _paged(select(register.enterprise), table.id):
        yield {
            **row,
            "roles": ";".join(roles.get(row["id"], [])),
            "filed_from": row["filed_from_on"],
            "filed_to": row["filed_to_on"],
        }


def _goods() -> Rows:
    book, item = account_book_item.c, register.item.c
    warehouse, owner = register.warehouse.c, register.enterprise.c
    query = (
        select(
            register.item,
            *(column for column in book if column.name not in ("id", "item_id")),
            warehouse.code.label("warehouse"),
            owner.customs_code.label("owner_customs_code"),
        )
        .join_from(account_book_item, register.item, item.id == book.item_id)
        .join(register.warehouse, warehouse.id == book.warehouse_id)
        .join(register.enterprise, owner.id == book.owner_enterprise_id)
    )
    for row in _paged(query, book.id):
        decimals = {
            "qty1": row["qty1_e5_per_piece"],
            "qty2": row["qty2_e5_per_piece"],
            "net_kg": row["net_e5_per_piece"],
            "gross_kg": row["gross_e5_per_piece"],
            "measure": row["measure_e5"],
        }
        yield {
            **row,
            **{name: None if v is None else e5_text(v) for name, v in decimals.items()},
            "gtin": row["gtin14"],
            "origin": row["origin_code"],
            "unit": row["unit_code"],
            "unit1": row["unit1_code"],
            "unit2": row["unit2_code"],
            "valid_from": row["valid_from_on"],
        }


def _stock() -> Rows:
    move, book = movement.c, account_book_item.c
    query = (
        select(
            *(move.document, move.document_line, move.qty, lot.c.lot_no, lot.c.location),
            *(lot.c.expires_on, book.item_record_no, register.warehouse.c.code.label("warehouse")),
        )
        .join_from(movement, lot, lot.c.id == move.lot_id)
        .join(account_book_item, book.id == move.account_book_item_id)
        .join(register.warehouse, register.warehouse.c.id == move.warehouse_id)
        .where(move.kind == "entered")
    )
    for row in _paged(query, move.id):
        line = row["document_line"].removeprefix(row["document"] + "/")
        yield {**row, "line": line, "unit_cost": None}


def _placements() -> Rows:
    table = placement.c
    query = (
        select(
            *(table.shelf_code, table.routes, table.piece, register.item.c.sku),
            table.display_site_no.label("display_site"),
            register.outlet.c.code.label("outlet"),
            register.warehouse.c.code.label("warehouse"),
        )
        .join_from(placement, register.item, register.item.c.id == table.item_id)
        .join(register.outlet, register.outlet.c.id == table.outlet_id)
        .join(register.warehouse, register.warehouse.c.id == table.warehouse_id)
    )
    for row in _paged(query, table.id):
        yield {**row, "routes": row["routes"].replace(",", ";")}


def _version(kind: str) -> Rows:
    """Return the version in force today, to be changed and imported as the next one."""
    today = clock.china_date(clock.now())
    with db.read() as conn:
        standing = stands_on(conn, kind, today)
    for row in standing.rows:
        yield sheet_row(row, effective_on=standing.effective_on or today)


_EXPORTS: dict[str, Callable[[], Rows]] = {
    "register": _register,
    "goods": _goods,
    "stock": _stock,
    "placements": _placements,
    "tariff": partial(_version, "tariff"),
    "positive_list": partial(_version, "positive_list"),
}
