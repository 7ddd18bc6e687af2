"""Decide how bonded stock and the account book are kept.

``availability`` is the row the hot path reserves on; lots lie below it.  Names and GTINs of
goods are the register's, prices the shop's.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    text,
)

from bonded_display.stock.append_only import append_only
from kernel.db import Id, metadata

account_book_item = Table(
    "account_book_item",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("warehouse_id", Id, nullable=False, comment="warehouse whose account book it is in"),
    Column("item_id", Id, nullable=False, comment="register item it maps to"),
    Column("account_book_no", String(30), nullable=False, comment="emsNo, e.g. T2249W000001"),
    Column("item_record_no", String(30), nullable=False, comment="itemRecordNo, e.g. 17"),
    Column("hs_code", String(10), nullable=False, comment="10 digits, e.g. 3304990099"),
    Column("gname", String(250), nullable=False, comment="declared name"),
    Column("gmodel", String(510), nullable=False, comment="declared specification"),
    Column("origin_code", String(3), nullable=False, comment="customs country code, e.g. 116"),
    Column("unit_code", String(3), nullable=False, comment="deal unit, e.g. 011 (piece)"),
    Column("unit1_code", String(3), nullable=False, comment="first statutory unit, e.g. 035"),
    Column("unit2_code", String(3), comment="second statutory unit, or null"),
    Column("qty1_e5_per_piece", BigInteger, nullable=False, comment="unit1, 1/100,000 a piece"),
    Column("qty2_e5_per_piece", BigInteger, comment="unit2, 1/100,000 a piece, or null"),
    Column("net_e5_per_piece", BigInteger, nullable=False, comment="kg, 1/100,000: 15000 = 150 g"),
    Column("gross_e5_per_piece", BigInteger, nullable=False, comment="kg, 1/100,000"),
    Column("measure_e5", BigInteger, comment="ml, g or pieces a deal unit, 1/100,000, or null"),
    Column("measure_kind", String(8), comment="ml | g | piece, or null"),
    Column("expires_on", Date, comment="earliest best-before of its lots, China date, or null"),
    Column("owner_enterprise_id", Id, nullable=False, comment="enterprise that owns the goods"),
    Column("valid_from_on", Date, nullable=False, comment="mapping valid from, China date"),
    Column("valid_to_on", Date, comment="last valid day, or null while open"),
    UniqueConstraint("account_book_no", "item_record_no", name="account_book_item_once"),
    CheckConstraint(
        "qty1_e5_per_piece > 0 AND net_e5_per_piece > 0 AND gross_e5_per_piece >= net_e5_per_piece",
        name="weights_positive",
    ),
    CheckConstraint("(unit2_code IS NULL) = (qty2_e5_per_piece IS NULL)", name="unit2_whole"),
    CheckConstraint("(measure_kind IS NULL) = (measure_e5 IS NULL)", name="measure_whole"),
    Index("ix_account_book_item_item", "warehouse_id", "item_id"),
)

availability = Table(
    "availability",
    metadata,
    Column("warehouse_id", Id, nullable=False),
    Column("account_book_item_id", Id, ForeignKey("account_book_item.id"), nullable=False),
    Column(
        "status", String(20), nullable=False, comment="customs status: bonded | returned_pending"
    ),
    Column("on_hand", BigInteger, nullable=False, comment="pieces in the warehouse, = sum of lots"),
    Column("held", BigInteger, nullable=False, comment="pieces reserved or allocated"),
    PrimaryKeyConstraint("warehouse_id", "account_book_item_id", "status"),
    CheckConstraint("held >= 0 AND held <= on_hand", name="no_oversell"),
)

lot = Table(
    "lot",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("warehouse_id", Id, nullable=False),
    Column("account_book_item_id", Id, ForeignKey("account_book_item.id"), nullable=False),
    Column("lot_no", String(40), nullable=False, comment="maker's lot, e.g. L2611A"),
    Column("location", String(20), nullable=False, comment="place, e.g. A-03-2"),
    Column(
        "status", String(20), nullable=False, comment="customs status: bonded | returned_pending"
    ),
    Column("quality", String(12), nullable=False, comment="good | quarantine | damaged"),
    Column("expires_on", Date, comment="best before, China date, or null"),
    Column("qty", BigInteger, nullable=False, comment="pieces"),
    Column("set_aside", BigInteger, nullable=False, comment="pieces named on pick tasks"),
    UniqueConstraint(
        "warehouse_id",
        "account_book_item_id",
        "lot_no",
        "location",
        "status",
        "quality",
        name="lot_level_key",
    ),
    CheckConstraint("set_aside >= 0 AND set_aside <= qty", name="set_aside_within_lot"),
    CheckConstraint("quality IN ('good', 'quarantine', 'damaged')", name="quality_known"),
)

reservation = Table(
    "reservation",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("order_id", Id, nullable=False, comment="customs order"),
    Column("line_id", Id, nullable=False, comment="order line; one line, one account-book item"),
    Column("warehouse_id", Id, nullable=False),
    Column("account_book_item_id", Id, ForeignKey("account_book_item.id"), nullable=False),
    Column("qty", BigInteger, nullable=False, comment="pieces"),
    Column("state", String(10), nullable=False, comment="reserved|allocated|released|consumed"),
    Column("expires_at", BigInteger, comment="instant it falls; null once allocated"),
    UniqueConstraint("line_id", name="line_reserves_once"),
    CheckConstraint("qty > 0", name="qty_positive"),
    CheckConstraint(
        "state IN ('reserved', 'allocated', 'released', 'consumed')", name="state_known"
    ),
    CheckConstraint("state <> 'reserved' OR expires_at IS NOT NULL", name="reserved_expires"),
    Index("ix_reservation_order", "order_id"),
    Index(
        "ix_reservation_expiring",
        "warehouse_id",
        "account_book_item_id",
        "expires_at",
        postgresql_where=text("state = 'reserved'"),
        sqlite_where=text("state = 'reserved'"),
    ),
)

movement = Table(
    "movement",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("warehouse_id", Id, nullable=False),
    Column("account_book_item_id", Id, ForeignKey("account_book_item.id"), nullable=False),
    Column("lot_id", Id, ForeignKey("lot.id"), nullable=False),
    Column(
        "kind",
        String(12),
        nullable=False,
        comment="entered | gate_passed | taken | came_back | restored | given_back",
    ),
    Column("document", String(40), nullable=False, comment="number it stands on"),
    Column("document_line", String(120), nullable=False, comment="document with its line"),
    Column("qty", BigInteger, nullable=False, comment="pieces: in positive, out negative"),
    Column("at", BigInteger, nullable=False, comment="instant"),
    UniqueConstraint("document_line", "kind", name="movement_once"),
    CheckConstraint(
        "kind IN ('entered', 'gate_passed', 'taken', 'came_back', 'restored', 'given_back')",
        name="kind_known",
    ),
    CheckConstraint("qty <> 0", name="qty_moves"),
    Index("ix_movement_item", "account_book_item_id"),
)
append_only(movement)

account_book_balance = Table(
    "account_book_balance",
    metadata,
    Column(
        "account_book_item_id",
        Id,
        ForeignKey("account_book_item.id"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("entered", BigInteger, nullable=False, comment="deal units entered"),
    Column(
        "pre_deducted", BigInteger, nullable=False, comment="on approved lists, gate not passed"
    ),
    Column("deducted", BigInteger, nullable=False, comment="gone through the gate"),
    Column("returned", BigInteger, nullable=False, comment="restored by goods returns"),
    CheckConstraint(
        "entered >= 0 AND pre_deducted >= 0 AND deducted >= 0 AND returned >= 0",
        name="figures_not_negative",
    ),
    CheckConstraint("entered - pre_deducted - deducted + returned >= 0", name="book_not_overdrawn"),
)

book_deduction = Table(
    "book_deduction",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_book_item_id", Id, ForeignKey("account_book_item.id"), nullable=False),
    Column("figure", String(12), nullable=False, comment="entered|pre_deducted|deducted|returned"),
    Column("document", String(40), nullable=False, comment="number of the document it stands on"),
    Column("document_line", String(120), nullable=False, comment="document with its line"),
    Column("qty", BigInteger, nullable=False, comment="deal units, signed"),
    Column("at", BigInteger, nullable=False, comment="instant"),
    UniqueConstraint("document_line", "figure", name="figure_once"),
    CheckConstraint(
        "figure IN ('entered', 'pre_deducted', 'deducted', 'returned')", name="figure_known"
    ),
    CheckConstraint("qty <> 0", name="qty_counts"),
    Index("ix_book_deduction_item", "account_book_item_id"),
)
append_only(book_deduction)
