"""First tables of stock; made once from the rooms' tables and frozen since."""

import sqlalchemy as sa
from alembic import op

revision = "0005_stock"
down_revision = "0004_payments"
branch_labels = None
depends_on = None

POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION book_deduction_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'book_deduction is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER book_deduction_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON book_deduction FOR EACH STATEMENT EXECUTE FUNCTION book_deduction_append_only()""",
    """CREATE OR REPLACE FUNCTION movement_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'movement is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER movement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON movement FOR EACH STATEMENT EXECUTE FUNCTION movement_append_only()""",
)

SQLITE = (
    """CREATE TRIGGER book_deduction_no_update BEFORE UPDATE ON book_deduction BEGIN SELECT RAISE(ABORT, 'book_deduction is append-only'); END""",
    """CREATE TRIGGER book_deduction_no_delete BEFORE DELETE ON book_deduction BEGIN SELECT RAISE(ABORT, 'book_deduction is append-only'); END""",
    """CREATE TRIGGER movement_no_update BEFORE UPDATE ON movement BEGIN SELECT RAISE(ABORT, 'movement is append-only'); END""",
    """CREATE TRIGGER movement_no_delete BEFORE DELETE ON movement BEGIN SELECT RAISE(ABORT, 'movement is append-only'); END""",
)

DROPPED = (
    """DROP FUNCTION IF EXISTS book_deduction_append_only() CASCADE""",
    """DROP FUNCTION IF EXISTS movement_append_only() CASCADE""",
)


def upgrade() -> None:
    """Make the tables, their indexes and their triggers."""
    op.create_table(
        "account_book_item",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "warehouse_id",
            sa.BigInteger(),
            nullable=False,
            comment="warehouse whose account book it is in",
        ),
        sa.Column("item_id", sa.BigInteger(), nullable=False, comment="register item it maps to"),
        sa.Column(
            "account_book_no",
            sa.String(length=30),
            nullable=False,
            comment="emsNo, e.g. T2249W000001",
        ),
        sa.Column(
            "item_record_no", sa.String(length=30), nullable=False, comment="itemRecordNo, e.g. 17"
        ),
        sa.Column(
            "hs_code", sa.String(length=10), nullable=False, comment="10 digits, e.g. 3304990099"
        ),
        sa.Column("gname", sa.String(length=250), nullable=False, comment="declared name"),
        sa.Column(
            "gmodel", sa.String(length=510), nullable=False, comment="declared specification"
        ),
        sa.Column(
            "origin_code",
            sa.String(length=3),
            nullable=False,
            comment="customs country code, e.g. 116",
        ),
        sa.Column(
            "unit_code", sa.String(length=3), nullable=False, comment="deal unit, e.g. 011 (piece)"
        ),
        sa.Column(
            "unit1_code",
            sa.String(length=3),
            nullable=False,
            comment="first statutory unit, e.g. 035",
        ),
        sa.Column(
            "unit2_code",
            sa.String(length=3),
            nullable=True,
            comment="second statutory unit, or null",
        ),
        sa.Column(
            "qty1_e5_per_piece", sa.BigInteger(), nullable=False, comment="unit1, 1/100,000 a piece"
        ),
        sa.Column(
            "qty2_e5_per_piece",
            sa.BigInteger(),
            nullable=True,
            comment="unit2, 1/100,000 a piece, or null",
        ),
        sa.Column(
            "net_e5_per_piece",
            sa.BigInteger(),
            nullable=False,
            comment="kg, 1/100,000: 15000 = 150 g",
        ),
        sa.Column("gross_e5_per_piece", sa.BigInteger(), nullable=False, comment="kg, 1/100,000"),
        sa.Column(
            "measure_e5",
            sa.BigInteger(),
            nullable=True,
            comment="ml, g or pieces a deal unit, 1/100,000, or null",
        ),
        sa.Column(
            "measure_kind", sa.String(length=8), nullable=True, comment="ml | g | piece, or null"
        ),
        sa.Column(
            "expires_on",
            sa.Date(),
            nullable=True,
            comment="earliest best-before of its lots, China date, or null",
        ),
        sa.Column(
            "owner_enterprise_id",
            sa.BigInteger(),
            nullable=False,
            comment="enterprise that owns the goods",
        ),
        sa.Column(
            "valid_from_on", sa.Date(), nullable=False, comment="mapping valid from, China date"
        ),
        sa.Column(
            "valid_to_on", sa.Date(), nullable=True, comment="last valid day, or null while open"
        ),
        sa.CheckConstraint(
            "(measure_kind IS NULL) = (measure_e5 IS NULL)",
            name=op.f("ck_account_book_item_measure_whole"),
        ),
        sa.CheckConstraint(
            "(unit2_code IS NULL) = (qty2_e5_per_piece IS NULL)",
            name=op.f("ck_account_book_item_unit2_whole"),
        ),
        sa.CheckConstraint(
            "qty1_e5_per_piece > 0 AND net_e5_per_piece > 0 AND gross_e5_per_piece >= net_e5_per_piece",
            name=op.f("ck_account_book_item_weights_positive"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_book_item")),
        sa.UniqueConstraint("account_book_no", "item_record_no", name="account_book_item_once"),
    )
    op.create_index(
        "ix_account_book_item_item", "account_book_item", ["warehouse_id", "item_id"], unique=False
    )
    op.create_table(
        "account_book_balance",
        sa.Column("account_book_item_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entered", sa.BigInteger(), nullable=False, comment="deal units entered"),
        sa.Column(
            "pre_deducted",
            sa.BigInteger(),
            nullable=False,
            comment="on approved lists, gate not passed",
        ),
        sa.Column("deducted", sa.BigInteger(), nullable=False, comment="gone through the gate"),
        sa.Column("returned", sa.BigInteger(), nullable=False, comment="restored by goods returns"),
        sa.CheckConstraint(
            "entered - pre_deducted - deducted + returned >= 0",
            name=op.f("ck_account_book_balance_book_not_overdrawn"),
        ),
        sa.CheckConstraint(
            "entered >= 0 AND pre_deducted >= 0 AND deducted >= 0 AND returned >= 0",
            name=op.f("ck_account_book_balance_figures_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["account_book_item_id"],
            ["account_book_item.id"],
            name=op.f("fk_account_book_balance_account_book_item_id_account_book_item"),
        ),
        sa.PrimaryKeyConstraint("account_book_item_id", name=op.f("pk_account_book_balance")),
    )
    op.create_table(
        "availability",
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("account_book_item_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False, comment="customs status: bonded"),
        sa.Column(
            "on_hand",
            sa.BigInteger(),
            nullable=False,
            comment="pieces in the warehouse, = sum of lots",
        ),
        sa.Column("held", sa.BigInteger(), nullable=False, comment="pieces reserved or allocated"),
        sa.CheckConstraint(
            "held >= 0 AND held <= on_hand", name=op.f("ck_availability_no_oversell")
        ),
        sa.ForeignKeyConstraint(
            ["account_book_item_id"],
            ["account_book_item.id"],
            name=op.f("fk_availability_account_book_item_id_account_book_item"),
        ),
        sa.PrimaryKeyConstraint(
            "warehouse_id", "account_book_item_id", "status", name=op.f("pk_availability")
        ),
    )
    op.create_table(
        "book_deduction",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_book_item_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "figure",
            sa.String(length=12),
            nullable=False,
            comment="entered|pre_deducted|deducted|returned",
        ),
        sa.Column(
            "document",
            sa.String(length=40),
            nullable=False,
            comment="number of the document it stands on",
        ),
        sa.Column(
            "document_line", sa.String(length=120), nullable=False, comment="document with its line"
        ),
        sa.Column("qty", sa.BigInteger(), nullable=False, comment="deal units, signed"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="instant"),
        sa.CheckConstraint(
            "figure IN ('entered', 'pre_deducted', 'deducted', 'returned')",
            name=op.f("ck_book_deduction_figure_known"),
        ),
        sa.CheckConstraint("qty <> 0", name=op.f("ck_book_deduction_qty_counts")),
        sa.ForeignKeyConstraint(
            ["account_book_item_id"],
            ["account_book_item.id"],
            name=op.f("fk_book_deduction_account_book_item_id_account_book_item"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_deduction")),
        sa.UniqueConstraint("document_line", "figure", name="figure_once"),
    )
    op.create_index(
        "ix_book_deduction_item", "book_deduction", ["account_book_item_id"], unique=False
    )
    op.create_table(
        "lot",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("account_book_item_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "lot_no", sa.String(length=40), nullable=False, comment="maker's lot, e.g. L2611A"
        ),
        sa.Column("location", sa.String(length=20), nullable=False, comment="place, e.g. A-03-2"),
        sa.Column("status", sa.String(length=20), nullable=False, comment="customs status: bonded"),
        sa.Column(
            "quality", sa.String(length=12), nullable=False, comment="good | quarantine | damaged"
        ),
        sa.Column(
            "expires_on", sa.Date(), nullable=True, comment="best before, China date, or null"
        ),
        sa.Column("qty", sa.BigInteger(), nullable=False, comment="pieces"),
        sa.Column(
            "set_aside", sa.BigInteger(), nullable=False, comment="pieces named on pick tasks"
        ),
        sa.CheckConstraint(
            "quality IN ('good', 'quarantine', 'damaged')", name=op.f("ck_lot_quality_known")
        ),
        sa.CheckConstraint(
            "set_aside >= 0 AND set_aside <= qty", name=op.f("ck_lot_set_aside_within_lot")
        ),
        sa.ForeignKeyConstraint(
            ["account_book_item_id"],
            ["account_book_item.id"],
            name=op.f("fk_lot_account_book_item_id_account_book_item"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint(
            "warehouse_id",
            "account_book_item_id",
            "lot_no",
            "location",
            "status",
            "quality",
            name="lot_level_key",
        ),
    )
    op.create_table(
        "reservation",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False, comment="customs order"),
        sa.Column(
            "line_id",
            sa.BigInteger(),
            nullable=False,
            comment="order line; one line, one account-book item",
        ),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("account_book_item_id", sa.BigInteger(), nullable=False),
        sa.Column("qty", sa.BigInteger(), nullable=False, comment="pieces"),
        sa.Column(
            "state",
            sa.String(length=10),
            nullable=False,
            comment="reserved|allocated|released|consumed",
        ),
        sa.Column(
            "expires_at",
            sa.BigInteger(),
            nullable=True,
            comment="instant it falls; null once allocated",
        ),
        sa.CheckConstraint(
            "state <> 'reserved' OR expires_at IS NOT NULL",
            name=op.f("ck_reservation_reserved_expires"),
        ),
        sa.CheckConstraint(
            "state IN ('reserved', 'allocated', 'released', 'consumed')",
            name=op.f("ck_reservation_state_known"),
        ),
        sa.CheckConstraint("qty > 0", name=op.f("ck_reservation_qty_positive")),
        sa.ForeignKeyConstraint(
            ["account_book_item_id"],
            ["account_book_item.id"],
            name=op.f("fk_reservation_account_book_item_id_account_book_item"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
        sa.UniqueConstraint("line_id", name="line_reserves_once"),
    )
    op.create_index(
        "ix_reservation_expiring",
        "reservation",
        ["warehouse_id", "account_book_item_id", "expires_at"],
        unique=False,
        postgresql_where=sa.text("state = 'reserved'"),
        sqlite_where=sa.text("state = 'reserved'"),
    )
    op.create_index("ix_reservation_order", "reservation", ["order_id"], unique=False)
    op.create_table(
        "movement",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("account_book_item_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False, comment="entered | gate_passed"),
        sa.Column("document", sa.String(length=40), nullable=False, comment="number it stands on"),
        sa.Column(
            "document_line", sa.String(length=120), nullable=False, comment="document with its line"
        ),
        sa.Column(
            "qty", sa.BigInteger(), nullable=False, comment="pieces: in positive, out negative"
        ),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="instant"),
        sa.CheckConstraint(
            "kind IN ('entered', 'gate_passed')", name=op.f("ck_movement_kind_known")
        ),
        sa.CheckConstraint("qty <> 0", name=op.f("ck_movement_qty_moves")),
        sa.ForeignKeyConstraint(
            ["account_book_item_id"],
            ["account_book_item.id"],
            name=op.f("fk_movement_account_book_item_id_account_book_item"),
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_movement_lot_id_lot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movement")),
        sa.UniqueConstraint("document_line", "kind", name="movement_once"),
    )
    op.create_index("ix_movement_item", "movement", ["account_book_item_id"], unique=False)
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_movement_item", table_name="movement")
    op.drop_table("movement")
    op.drop_index("ix_reservation_order", table_name="reservation")
    op.drop_index(
        "ix_reservation_expiring",
        table_name="reservation",
        postgresql_where=sa.text("state = 'reserved'"),
        sqlite_where=sa.text("state = 'reserved'"),
    )
    op.drop_table("reservation")
    op.drop_table("lot")
    op.drop_index("ix_book_deduction_item", table_name="book_deduction")
    op.drop_table("book_deduction")
    op.drop_table("availability")
    op.drop_table("account_book_balance")
    op.drop_index("ix_account_book_item_item", table_name="account_book_item")
    op.drop_table("account_book_item")
    if op.get_bind().dialect.name == "postgresql":
        for statement in DROPPED:
            op.execute(statement)
