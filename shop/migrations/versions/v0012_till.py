"""What a till sells: sales with their lines and flags, shifts, conflicts."""

import sqlalchemy as sa
from alembic import op

revision = "0012_till"
down_revision = "0011_finance_and_operations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their indexes."""
    op.create_table(
        "shift",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shift_uuid", sa.Text(), nullable=False, comment="UUIDv7 the terminal gave it"),
        sa.Column("terminal_id", sa.BigInteger(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "shift_no", sa.BigInteger(), nullable=False, comment="counts the terminal's shifts, 12"
        ),
        sa.Column(
            "clerk_no", sa.Text(), nullable=False, comment="staff number of who opened it, 1007"
        ),
        sa.Column(
            "opened_at",
            sa.BigInteger(),
            nullable=False,
            comment="instant by the terminal's clock, µs",
        ),
        sa.Column(
            "opening_cash_fen",
            sa.BigInteger(),
            nullable=False,
            comment="counted at the start, 50000",
        ),
        sa.Column("closed_at", sa.BigInteger(), nullable=False, comment="instant, µs; 0: open"),
        sa.Column(
            "counted_cash_fen", sa.BigInteger(), nullable=False, comment="counted at the end, 81240"
        ),
        sa.Column("seq_from", sa.BigInteger(), nullable=False, comment="its first sale; 0: none"),
        sa.Column("seq_to", sa.BigInteger(), nullable=False, comment="its last sale; 0: none"),
        sa.Column("sales", sa.BigInteger(), nullable=False, comment="how many, by the terminal"),
        sa.Column(
            "sales_fen",
            sa.BigInteger(),
            nullable=False,
            comment="what they sum to, by the terminal",
        ),
        sa.Column(
            "voids", sa.BigInteger(), nullable=False, comment="baskets given up before payment"
        ),
        sa.Column(
            "content_hash",
            sa.Text(),
            nullable=False,
            comment="sha256 of what was told last, 64 hex",
        ),
        sa.ForeignKeyConstraint(
            ["terminal_id"], ["terminal.id"], name=op.f("fk_shift_terminal_id_terminal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
        sa.UniqueConstraint("shift_uuid", name="uq_shift_taken_in_once"),
    )
    op.create_index("ix_shift_outlet", "shift", ["outlet_id", "id"], unique=False)
    op.create_table(
        "terminal_conflict",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("terminal_id", sa.BigInteger(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="sale, shift, nameless"),
        sa.Column(
            "subject_uuid", sa.Text(), nullable=False, comment="id that was known already; or empty"
        ),
        sa.Column("content", sa.Text(), nullable=False, comment="as it came: sorted JSON, ASCII"),
        sa.Column("content_hash", sa.Text(), nullable=False, comment="sha256 of content, 64 hex"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="instant it came first, µs"),
        sa.CheckConstraint(
            "kind IN ('sale', 'shift', 'nameless')", name=op.f("ck_terminal_conflict_known_kind")
        ),
        sa.ForeignKeyConstraint(
            ["terminal_id"], ["terminal.id"], name=op.f("fk_terminal_conflict_terminal_id_terminal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminal_conflict")),
        sa.UniqueConstraint("terminal_id", "content_hash", name="uq_terminal_conflict_kept_once"),
    )
    op.create_index(
        "ix_terminal_conflict_outlet", "terminal_conflict", ["outlet_id", "id"], unique=False
    )
    op.create_table(
        "terminal_sale",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sale_uuid", sa.Text(), nullable=False, comment="UUIDv7 the terminal gave it"),
        sa.Column("terminal_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "outlet_id",
            sa.BigInteger(),
            nullable=False,
            comment="register outlet of the terminal then",
        ),
        sa.Column("content", sa.Text(), nullable=False, comment="as it came: sorted JSON, ASCII"),
        sa.Column("content_hash", sa.Text(), nullable=False, comment="sha256 of content, 64 hex"),
        sa.Column(
            "received_at", sa.BigInteger(), nullable=False, comment="instant it was taken in, µs"
        ),
        sa.Column(
            "readable", sa.Integer(), nullable=False, comment="1; 0: the columns below are nought"
        ),
        sa.Column(
            "seq", sa.BigInteger(), nullable=False, comment="counts the terminal's sales, 17"
        ),
        sa.Column("sale_no", sa.Text(), nullable=False, comment="printed, TY0001-1-000017"),
        sa.Column(
            "sold_at",
            sa.BigInteger(),
            nullable=False,
            comment="instant by the terminal's clock, µs",
        ),
        sa.Column(
            "shift_uuid",
            sa.Text(),
            nullable=False,
            comment="UUIDv7 of its shift; empty: none known",
        ),
        sa.Column("tender", sa.Text(), nullable=False, comment="cash"),
        sa.Column("total_fen", sa.BigInteger(), nullable=False, comment="what was sold for, 3980"),
        sa.Column(
            "paid_fen", sa.BigInteger(), nullable=False, comment="what the shopper gave, 5000"
        ),
        sa.Column("change_fen", sa.BigInteger(), nullable=False, comment="what came back, 1020"),
        sa.Column(
            "catalogue_version", sa.Text(), nullable=False, comment="snapshot it was priced by"
        ),
        sa.Column(
            "clock_offset_ms",
            sa.BigInteger(),
            nullable=False,
            comment="server's less terminal's, 120",
        ),
        sa.CheckConstraint("readable IN (0, 1)", name=op.f("ck_terminal_sale_readable_or_not")),
        sa.ForeignKeyConstraint(
            ["terminal_id"], ["terminal.id"], name=op.f("fk_terminal_sale_terminal_id_terminal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminal_sale")),
        sa.UniqueConstraint("sale_uuid", name="uq_terminal_sale_taken_in_once"),
    )
    op.create_index("ix_terminal_sale_outlet", "terminal_sale", ["outlet_id", "id"], unique=False)
    op.create_index(
        "ix_terminal_sale_sequence", "terminal_sale", ["terminal_id", "seq"], unique=False
    )
    op.create_table(
        "sale_flag",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sale_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "outlet_id", sa.BigInteger(), nullable=False, comment="of the sale, for the worklist"
        ),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="gap_before, price_old, total_differs ..."
        ),
        sa.Column("detail", sa.Text(), nullable=False, comment="figures as JSON"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="instant it was raised, µs"),
        sa.Column(
            "settled_at",
            sa.BigInteger(),
            nullable=True,
            comment="instant it was settled, µs; null: open",
        ),
        sa.Column(
            "settled_by",
            sa.Text(),
            nullable=True,
            comment="staff:123, or system when the missing sale came",
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL)",
            name=op.f("ck_sale_flag_settled_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["sale_id"], ["terminal_sale.id"], name=op.f("fk_sale_flag_sale_id_terminal_sale")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale_flag")),
        sa.UniqueConstraint("sale_id", "kind", name="uq_sale_flag_one_of_a_kind"),
    )
    op.create_index(
        "ix_sale_flag_open", "sale_flag", ["outlet_id", "settled_at", "id"], unique=False
    )
    op.create_table(
        "sale_line",
        sa.Column("sale_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "line_no", sa.Integer(), autoincrement=False, nullable=False, comment="1 is the first"
        ),
        sa.Column(
            "item_id",
            sa.BigInteger(),
            nullable=False,
            comment="register item; as told, so not a foreign key",
        ),
        sa.Column(
            "gtin14", sa.Text(), nullable=False, comment="what was scanned, with leading noughts"
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="as it stood on the slip"),
        sa.Column("qty", sa.BigInteger(), nullable=False, comment="pieces, 2"),
        sa.Column(
            "price_fen", sa.BigInteger(), nullable=False, comment="one piece, tax included, 1990"
        ),
        sa.Column("total_fen", sa.BigInteger(), nullable=False, comment="all pieces, 3980"),
        sa.Column(
            "price_version",
            sa.BigInteger(),
            nullable=False,
            comment="of the offer it was priced by, 3",
        ),
        sa.ForeignKeyConstraint(
            ["sale_id"], ["terminal_sale.id"], name=op.f("fk_sale_line_sale_id_terminal_sale")
        ),
        sa.PrimaryKeyConstraint("sale_id", "line_no", name=op.f("pk_sale_line")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("sale_line")
    op.drop_index("ix_sale_flag_open", table_name="sale_flag")
    op.drop_table("sale_flag")
    op.drop_index("ix_terminal_sale_sequence", table_name="terminal_sale")
    op.drop_index("ix_terminal_sale_outlet", table_name="terminal_sale")
    op.drop_table("terminal_sale")
    op.drop_index("ix_terminal_conflict_outlet", table_name="terminal_conflict")
    op.drop_table("terminal_conflict")
    op.drop_index("ix_shift_outlet", table_name="shift")
    op.drop_table("shift")
