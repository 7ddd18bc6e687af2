"""Money that came beside a settled payment; indexes of what the worklists and the sweep read."""

import sqlalchemy as sa
from alembic import op

revision = "0016_indexes"
down_revision = "0015_passkeys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the indexes; nothing that stands is changed."""
    op.create_table(
        "second_payment",
        sa.Column(
            "id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="also the idempotency key",
        ),
        sa.Column("payment_id", sa.BigInteger(), nullable=False, comment="settled before"),
        sa.Column("provider", sa.String(length=30), nullable=False, comment="boxed_wallet"),
        sa.Column(
            "provider_payment",
            sa.String(length=100),
            nullable=False,
            comment="of this money, pi_...",
        ),
        sa.Column(
            "gross_fen", sa.BigInteger(), nullable=False, comment="taken by the provider, fen"
        ),
        sa.Column("state", sa.String(length=8), nullable=False, comment="owed or refunded"),
        sa.Column("heard_at", sa.BigInteger(), nullable=False, comment="microseconds"),
        sa.Column(
            "provider_refund",
            sa.String(length=100),
            nullable=True,
            comment="the provider's number, re_...",
        ),
        sa.Column("refunded_at", sa.BigInteger(), nullable=True, comment="microseconds"),
        sa.CheckConstraint(
            "state IN ('owed', 'refunded')", name=op.f("ck_second_payment_state_known")
        ),
        sa.CheckConstraint(
            "(state = 'refunded') = (refunded_at IS NOT NULL)",
            name=op.f("ck_second_payment_refunded_dated"),
        ),
        sa.CheckConstraint("gross_fen > 0", name=op.f("ck_second_payment_gross_positive")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_second_payment_payment_id_payment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_payment")),
        sa.UniqueConstraint("provider", "provider_payment", name="uq_second_payment_once"),
    )
    op.create_table(
        "message_trouble",
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "trouble", sa.Text(), nullable=False, comment="kind of the fault, e.g. RuntimeError"
        ),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="instant, microseconds"),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["customs_message.id"],
            name=op.f("fk_message_trouble_message_id_customs_message"),
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message_trouble")),
    )
    op.create_index(
        "ix_customs_order_in_house",
        "customs_order",
        ["id"],
        sqlite_where=sa.text("state IN ('paid', 'declared', 'released')"),
        postgresql_where=sa.text("state IN ('paid', 'declared', 'released')"),
    )
    op.create_index(
        "ix_customs_order_waybill_no",
        "customs_order",
        ["waybill_no"],
        sqlite_where=sa.text("waybill_no IS NOT NULL"),
        postgresql_where=sa.text("waybill_no IS NOT NULL"),
    )
    op.create_index(
        "ix_declaration_list_refused",
        "declaration_list",
        ["order_id"],
        sqlite_where=sa.text("state IN ('REJECTED', 'ERROR', 'FORMAT_ERROR')"),
        postgresql_where=sa.text("state IN ('REJECTED', 'ERROR', 'FORMAT_ERROR')"),
    )
    op.create_index(
        "ix_document_refused",
        "document",
        ["order_id"],
        sqlite_where=sa.text("state IN ('REJECTED', 'ERROR', 'FORMAT_ERROR')"),
        postgresql_where=sa.text("state IN ('REJECTED', 'ERROR', 'FORMAT_ERROR')"),
    )
    op.create_index(
        "ix_order_step_released",
        "order_step",
        ["at"],
        sqlite_where=sa.text("state = 'released'"),
        postgresql_where=sa.text("state = 'released'"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_order_step_released", table_name="order_step")
    op.drop_index("ix_document_refused", table_name="document")
    op.drop_index("ix_declaration_list_refused", table_name="declaration_list")
    op.drop_index("ix_customs_order_waybill_no", table_name="customs_order")
    op.drop_index("ix_customs_order_in_house", table_name="customs_order")
    op.drop_table("message_trouble")
    op.drop_table("second_payment")
