"""Customs may ask for the data of a payment, and what it was answered is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0021_payment_question"
down_revision = "0020_tariff_versions"
branch_labels = None
depends_on = None

_STATES = "state IN ('asked', 'signed', 'taken', 'refused')"


def upgrade() -> None:
    """Make the table; nothing that stands is changed."""
    op.create_table(
        "payment_question",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "session_id",
            sa.String(length=100),
            nullable=False,
            comment="customs' number of the question",
        ),
        sa.Column("order_no", sa.String(length=60), nullable=False, comment="what it asks about"),
        sa.Column("order_id", sa.BigInteger(), nullable=False, comment="customs order"),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False, comment="microseconds"),
        sa.Column(
            "state", sa.String(length=8), nullable=False, comment="asked, signed, taken or refused"
        ),
        sa.Column(
            "said_sealed",
            sa.LargeBinary(),
            nullable=True,
            comment="payExInfoStr, sealed: what is sent, to the byte",
        ),
        sa.Column(
            "answer_code",
            sa.String(length=20),
            nullable=True,
            comment="customs' code of its answer: 10000",
        ),
        sa.Column("answered_at", sa.BigInteger(), nullable=True, comment="microseconds"),
        sa.CheckConstraint(_STATES, name=op.f("ck_payment_question_state_known")),
        sa.CheckConstraint(
            "(state = 'asked') = (said_sealed IS NULL)",
            name=op.f("ck_payment_question_said_what_was_signed"),
        ),
        sa.CheckConstraint(
            "state <> 'taken' OR answered_at IS NOT NULL",
            name=op.f("ck_payment_question_taken_dated"),
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_payment_question_payment_id_payment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_question")),
        sa.UniqueConstraint("session_id", name="uq_payment_question_session"),
    )
    op.create_index("ix_payment_question_order", "payment_question", ["order_id"])
    op.create_index("ix_payment_share_order_no", "payment_share", ["order_no"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_payment_share_order_no", table_name="payment_share")
    op.drop_table("payment_question")
