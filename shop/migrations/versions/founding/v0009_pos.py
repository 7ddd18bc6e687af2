"""First tables of pos; made once from the rooms' tables and frozen since."""

import sqlalchemy as sa
from alembic import op

revision = "0009_pos"
down_revision = "0008_customs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, their indexes and their triggers."""
    op.create_table(
        "terminal",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "outlet_id", sa.BigInteger(), nullable=False, comment="register outlet it stands in"
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="as the clerk calls it, 1 号收银台"),
        sa.Column(
            "device_key_hash", sa.Text(), nullable=False, comment="sha256 of its key, 64 hex"
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False, comment="instant, µs"),
        sa.Column(
            "revoked_at",
            sa.BigInteger(),
            nullable=True,
            comment="instant from which its key opens nothing, µs",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminal")),
        sa.UniqueConstraint("outlet_id", "name", name="uq_terminal_one_name_an_outlet"),
    )
    op.create_table(
        "print_request",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "outlet_id",
            sa.BigInteger(),
            nullable=False,
            comment="register outlet whose terminals see it",
        ),
        sa.Column(
            "order_id",
            sa.BigInteger(),
            nullable=False,
            comment="customs order; upward, so not a foreign key",
        ),
        sa.Column("kind", sa.Text(), nullable=False, comment="order_slip"),
        sa.Column(
            "content", sa.Text(), nullable=False, comment="slip as JSON; no name, no address"
        ),
        sa.Column("state", sa.Text(), nullable=False, comment="queued, taken, confirmed"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="instant it was asked for, µs"),
        sa.Column("terminal_id", sa.BigInteger(), nullable=True, comment="which terminal took it"),
        sa.Column(
            "taken_at",
            sa.BigInteger(),
            nullable=True,
            comment="instant it stood in that terminal's journal, µs",
        ),
        sa.Column(
            "confirmed_at",
            sa.BigInteger(),
            nullable=True,
            comment="instant the printer confirmed it, µs",
        ),
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_at IS NOT NULL)",
            name=op.f("ck_print_request_confirmed_at_set"),
        ),
        sa.CheckConstraint(
            "(state = 'queued') = (terminal_id IS NULL)",
            name=op.f("ck_print_request_taken_by_a_terminal"),
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'taken', 'confirmed')", name=op.f("ck_print_request_known_state")
        ),
        sa.ForeignKeyConstraint(
            ["terminal_id"], ["terminal.id"], name=op.f("fk_print_request_terminal_id_terminal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_request")),
        sa.UniqueConstraint("order_id", "kind", name="uq_print_request_one_slip_an_order"),
    )
    op.create_index(
        "ix_print_request_waiting", "print_request", ["outlet_id", "state", "id"], unique=False
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_print_request_waiting", table_name="print_request")
    op.drop_table("print_request")
    op.drop_table("terminal")
