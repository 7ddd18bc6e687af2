"""First tables of payments; made once from the rooms' tables and frozen since."""

import sqlalchemy as sa
from alembic import op

revision = "0004_payments"
down_revision = "0003_ledger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, their indexes and their triggers."""
    op.create_table(
        "inbox_key",
        sa.Column("source", sa.String(length=30), nullable=False, comment="who sent it: stripe"),
        sa.Column(
            "key", sa.String(length=100), nullable=False, comment="the sender's number: evt_..."
        ),
        sa.Column("event_id", sa.BigInteger(), nullable=False, comment="our payment_event"),
        sa.PrimaryKeyConstraint("source", "key", name=op.f("pk_inbox_key")),
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("checkout_id", sa.BigInteger(), nullable=False, comment="checkout that is paid"),
        sa.Column("provider", sa.String(length=30), nullable=False, comment="boxed_wallet"),
        sa.Column(
            "provider_session",
            sa.String(length=100),
            nullable=True,
            comment="the provider's page, cs_...",
        ),
        sa.Column(
            "provider_payment",
            sa.String(length=100),
            nullable=True,
            comment="the provider's number of the money, pi_...",
        ),
        sa.Column("pay_url", sa.Text(), nullable=True, comment="where the shopper pays"),
        sa.Column(
            "title", sa.String(length=200), nullable=False, comment="what the provider's page says"
        ),
        sa.Column("return_url", sa.Text(), nullable=False, comment="where the shopper comes back"),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False, comment="asked for, fen"),
        sa.Column(
            "gross_fen", sa.BigInteger(), nullable=True, comment="taken by the provider, fen"
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "payer_check", sa.String(length=10), nullable=False, comment="is the payer the buyer"
        ),
        sa.Column("opened_at", sa.BigInteger(), nullable=False, comment="microseconds"),
        sa.Column(
            "expires_at", sa.BigInteger(), nullable=False, comment="end of paying, microseconds"
        ),
        sa.Column(
            "asked_at", sa.BigInteger(), nullable=False, comment="provider last asked, microseconds"
        ),
        sa.Column(
            "captured_at",
            sa.BigInteger(),
            nullable=True,
            comment="paid at by the provider, microseconds",
        ),
        sa.Column(
            "raw_sealed",
            sa.LargeBinary(),
            nullable=True,
            comment="sealed JSON: opening request and answer",
        ),
        sa.Column(
            "seq", sa.Integer(), nullable=False, comment="counts the changes of state, from 1"
        ),
        sa.Column("home_shard", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "payer_check IN ('same', 'different', 'unchecked')", name=op.f("ck_payment_check_known")
        ),
        sa.CheckConstraint(
            "state <> 'captured' OR gross_fen = amount_fen",
            name=op.f("ck_payment_captured_as_asked"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'captured', 'owed', 'refunded', 'expired')",
            name=op.f("ck_payment_state_known"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'expired') OR (gross_fen IS NOT NULL AND captured_at IS NOT NULL AND provider_payment IS NOT NULL)",
            name=op.f("ck_payment_taken_money_has_its_figures"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_amount_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("checkout_id", name="uq_payment_once_a_checkout"),
    )
    op.create_index(
        "ix_payment_open",
        "payment",
        ["asked_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "payment_declaration",
        sa.Column(
            "order_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="customs order",
        ),
        sa.Column(
            "request_no", sa.String(length=40), nullable=False, comment="our number of the request"
        ),
        sa.Column("share_fen", sa.BigInteger(), nullable=False, comment="declared share, fen"),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "pay_transaction_id",
            sa.String(length=60),
            nullable=True,
            comment="payTransactionId of CEB311 and 411",
        ),
        sa.Column(
            "pay_code",
            sa.String(length=18),
            nullable=True,
            comment="payCode: the payment company's customs code",
        ),
        sa.Column(
            "pay_name", sa.String(length=100), nullable=True, comment="payName: its registered name"
        ),
        sa.Column(
            "return_status",
            sa.String(length=10),
            nullable=True,
            comment="customs' status as the company tells it: 120",
        ),
        sa.Column(
            "return_time_text",
            sa.String(length=17),
            nullable=True,
            comment="customs' raw time text",
        ),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="last change, microseconds"),
        sa.CheckConstraint(
            "state IN ('causing', 'received', 'accepted', 'rejected')",
            name=op.f("ck_payment_declaration_state_known"),
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_payment_declaration")),
        sa.UniqueConstraint("request_no", name="uq_payment_declaration_request"),
    )
    op.create_table(
        "payment_event",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=30), nullable=False, comment="stripe"),
        sa.Column("event_key", sa.String(length=100), nullable=False, comment="evt_..."),
        sa.Column("kind", sa.String(length=60), nullable=False, comment="payment_intent.succeeded"),
        sa.Column(
            "raw_sealed", sa.LargeBinary(), nullable=False, comment="the signed bytes, sealed"
        ),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="received at, microseconds"),
        sa.Column("state", sa.String(length=8), nullable=False, comment="heard, done or ignored"),
        sa.CheckConstraint(
            "state IN ('heard', 'done', 'ignored')", name=op.f("ck_payment_event_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_event")),
    )
    op.create_index("ix_payment_event_state", "payment_event", ["state", "at"], unique=False)
    op.create_table(
        "payment_share",
        sa.Column("payment_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "order_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="customs order",
        ),
        sa.Column(
            "order_no", sa.String(length=60), nullable=False, comment="number printed and declared"
        ),
        sa.Column("share_fen", sa.BigInteger(), nullable=False, comment="fen of the payment"),
        sa.CheckConstraint("share_fen > 0", name=op.f("ck_payment_share_share_positive")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_payment_share_payment_id_payment")
        ),
        sa.PrimaryKeyConstraint("payment_id", "order_id", name=op.f("pk_payment_share")),
        sa.UniqueConstraint("order_id", name="uq_payment_share_once_an_order"),
    )
    op.create_table(
        "refund",
        sa.Column(
            "id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="also the idempotency key",
        ),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "order_id", sa.BigInteger(), nullable=False, comment="customs order, refunded whole"
        ),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False, comment="fen given back"),
        sa.Column("reason", sa.String(length=60), nullable=False, comment="code: stock_gone"),
        sa.Column("state", sa.String(length=8), nullable=False, comment="asked or done"),
        sa.Column(
            "provider_refund",
            sa.String(length=100),
            nullable=True,
            comment="the provider's number, re_...",
        ),
        sa.Column("asked_at", sa.BigInteger(), nullable=False, comment="microseconds"),
        sa.Column("done_at", sa.BigInteger(), nullable=True, comment="microseconds"),
        sa.CheckConstraint(
            "(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_refund_done_dated")
        ),
        sa.CheckConstraint("state IN ('asked', 'done')", name=op.f("ck_refund_state_known")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_refund_amount_positive")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id_payment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("order_id", name="uq_refund_once_an_order"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("refund")
    op.drop_table("payment_share")
    op.drop_index("ix_payment_event_state", table_name="payment_event")
    op.drop_table("payment_event")
    op.drop_table("payment_declaration")
    op.drop_index(
        "ix_payment_open",
        table_name="payment",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_table("payment")
    op.drop_table("inbox_key")
