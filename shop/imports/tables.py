"""Decides where checked rows wait to be applied, and how bad cells are kept for their person.

A staged row has the columns of the table it goes to; it is removed once its job has ended.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from bonded_display.display.tables import placement
from bonded_display.stock.tables import account_book_item
from kernel.db import Id, metadata
from kernel.register.tables import enterprise, item
from settlement.tax.tables import positive_code, tariff


def _staged(name: str, *columns: Column[Any] | Index) -> Table:
    return Table(
        name,
        metadata,
        Column("job_id", Id, nullable=False, comment="job that staged it"),
        Column("line", BigInteger, nullable=False, comment="line in the file, 2"),
        *columns,
        PrimaryKeyConstraint("job_id", "line", name=f"pk_{name}"),
    )


def _like(table: Table, *without: str, prefix: str = "") -> list[Column[Any]]:
    return [
        Column(prefix + column.name, column.type, nullable=column.nullable)
        for column in table.columns
        if column.name not in without
    ]


staged_enterprise = _staged(
    "staged_enterprise",
    *_like(enterprise),
    Column("roles", Text, nullable=False, comment="platform;declarant"),
)
staged_goods = _staged(
    "staged_goods",
    *_like(item),
    *_like(account_book_item, "id", "item_id", "valid_to_on"),
    Column("book_id", Id, nullable=False, comment="id of its account-book item, if new"),
)
staged_stock = _staged(
    "staged_stock",
    Column("document", String(40), nullable=False),
    Column("document_line", String(120), nullable=False),
    Column("warehouse_id", Id, nullable=False),
    Column("account_book_item_id", Id, nullable=False),
    Column("lot_no", String(40), nullable=False),
    Column("location", String(20), nullable=False),
    Column("qty", BigInteger, nullable=False, comment="pieces"),
    Column("expires_on", Date),
    Column("unit_cost_fen", BigInteger, comment="one piece, fen, or null"),
    Column("lot_id", Id, nullable=False, comment="id of its lot, if new"),
    Column("movement_id", Id, nullable=False),
    Column("figure_id", Id, nullable=False),
    Index("ix_staged_stock_item", "job_id", "account_book_item_id"),
)
staged_placement = _staged("staged_placement", *_like(placement))

_EFFECTIVE = "of the whole version"
staged_tariff = _staged(
    "staged_tariff",
    Column("effective_on", Date, nullable=False, comment=_EFFECTIVE),
    *_like(tariff, "version_no"),
)
staged_positive_code = _staged(
    "staged_positive_code",
    Column("effective_on", Date, nullable=False, comment=_EFFECTIVE),
    *_like(positive_code, "version_no"),
)

import_bad = Table(
    "import_bad",
    metadata,
    Column("job_id", Id, nullable=False, comment="job that found it"),
    Column("line", BigInteger, nullable=False, comment="line in the file, 2"),
    Column("place", Integer, nullable=False, comment="counts the bad cells of a line"),
    Column("column_name", String(60), nullable=False, comment="column of the sheet, gtin"),
    Column("value", String(250), nullable=False, comment="what stands there"),
    Column("expects", String(30), nullable=False, comment="message sheet.<expects>, gtin"),
    PrimaryKeyConstraint("job_id", "line", "place", name="pk_import_bad"),
)
