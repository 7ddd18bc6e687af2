"""Decide what is kept of a parcel that comes back: its dated steps, and each piece by its lot."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    text,
)

from bonded_display.warehouse.states import OPEN_RETURNS, RETURN_MOVES
from kernel.db import Id, metadata

_STATES = ", ".join(f"'{state}'" for state in sorted(RETURN_MOVES))
OPEN = f"state IN {OPEN_RETURNS}"

return_case = Table(
    "return_case",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False, comment="copNo of its CEB625"),
    Column("order_id", Id, nullable=False, comment="customs order"),
    Column("list_id", Id, nullable=False, comment="declaration list"),
    Column("warehouse_id", Id, nullable=False, comment="the shard"),
    Column("order_no", String(60), nullable=False, comment="printed order number"),
    Column("waybill_no", String(60), nullable=False, comment="of the parcel as it left"),
    Column("state", String(8), nullable=False, comment="asked|arrived|checked|restored|unfit|..."),
    Column("reason", String(200), nullable=False, comment="what customs is told"),
    Column("released_at", BigInteger, nullable=False, comment="of the list; its term runs from it"),
    Column("location", String(20), comment="place of the goods that came back, e.g. R-01"),
    Column("seq", Integer, nullable=False, comment="counter of its facts, e.g. 1"),
    Column("asked_at", BigInteger, nullable=False, comment="instant"),
    Column("arrived_at", BigInteger, comment="instant it was scanned in the zone"),
    Column("checked_at", BigInteger, comment="instant its pieces were looked at"),
    Column("ended_at", BigInteger, comment="instant: on stock again, or the shopper's"),
    CheckConstraint(f"state IN ({_STATES})", name="state_known"),
    CheckConstraint("state <> 'checked' OR location IS NOT NULL", name="checked_has_place"),
    Index(
        "uq_return_case_open",
        "order_id",
        unique=True,
        sqlite_where=text(OPEN),
        postgresql_where=text(OPEN),
    ),
    Index("ix_return_case_order", "order_id"),
    Index("ix_return_case_state", "warehouse_id", "state", "id"),
)
"""One at a time is open for an order."""

return_line = Table(
    "return_line",
    metadata,
    Column("case_id", Id, ForeignKey("return_case.id"), primary_key=True, autoincrement=False),
    Column("gnum", Integer, primary_key=True, autoincrement=False, comment="line of the list"),
    Column("lot_id", Id, ForeignKey("lot.id"), primary_key=True, autoincrement=False),
    Column("account_book_item_id", Id, ForeignKey("account_book_item.id"), nullable=False),
    Column("qty", BigInteger, nullable=False, comment="pieces that are to come back, e.g. 1"),
    Column(
        "unfit_qty",
        BigInteger,
        nullable=False,
        server_default="0",
        comment="of them not as they left, not declared, e.g. 0",
    ),
    CheckConstraint("qty > 0", name="something_comes_back"),
    CheckConstraint("unfit_qty >= 0 AND unfit_qty <= qty", name="unfit_are_some_of_them"),
)

FIT = return_line.c.qty - return_line.c.unfit_qty
"""Pieces of a line that come back, or may: all until they were looked at."""
