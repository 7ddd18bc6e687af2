"""Decisions on parked work, workers' signs of life, devices of sessions, look-up indexes."""

import sqlalchemy as sa
from alembic import op

revision = "0011_finance_and_operations"
down_revision = "0010_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and indexes; nothing that stands is changed."""
    op.create_index("ix_login_session_account_id", "login_session", ["account_id", "id"])
    op.create_index("ix_login_session_staff_id", "login_session", ["staff_id", "id"])
    op.create_index(
        "ix_payment_provider_payment",
        "payment",
        ["provider_payment"],
        sqlite_where=sa.text("provider_payment IS NOT NULL"),
        postgresql_where=sa.text("provider_payment IS NOT NULL"),
    )
    op.create_table(
        "session_device",
        sa.Column("session_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "device", sa.Text(), nullable=False, comment="browser and system, 'Chrome · Windows'"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["login_session.id"],
            name=op.f("fk_session_device_session_id_login_session"),
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_session_device")),
    )
    op.create_table(
        "worker_beat",
        sa.Column(
            "worker", sa.String(length=120), nullable=False, comment="process, e.g. box1:4711"
        ),
        sa.Column("started_at", sa.BigInteger(), nullable=False, comment="microseconds UTC"),
        sa.Column(
            "at", sa.BigInteger(), nullable=False, comment="last sign of life, microseconds UTC"
        ),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_worker_beat")),
    )
    _parked_decision()


def _parked_decision() -> None:
    op.create_table(
        "parked_decision",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "fact_id", sa.BigInteger(), nullable=False, comment="the fact whose delivery is parked"
        ),
        sa.Column("handler", sa.Text(), nullable=False, comment="e.g. declare_payment"),
        sa.Column(
            "reason", sa.Text(), nullable=False, comment="why it is to be given up, in words"
        ),
        sa.Column(
            "state",
            sa.String(length=10),
            nullable=False,
            comment="asked | confirmed | declined | moot",
        ),
        sa.Column("asked_by", sa.BigInteger(), nullable=False, comment="first person"),
        sa.Column("asked_at", sa.BigInteger(), nullable=False, comment="microseconds UTC"),
        sa.Column("decided_by", sa.BigInteger(), nullable=True, comment="second person"),
        sa.Column("decided_at", sa.BigInteger(), nullable=True, comment="microseconds UTC"),
        sa.CheckConstraint(
            "state IN ('asked', 'confirmed', 'declined', 'moot')",
            name=op.f("ck_parked_decision_state_known"),
        ),
        sa.CheckConstraint(
            "(state = 'asked') = (decided_at IS NULL)",
            name=op.f("ck_parked_decision_decided_dated"),
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR (decided_by IS NOT NULL AND decided_by <> asked_by)",
            name=op.f("ck_parked_decision_discard_takes_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["staff.id"], name=op.f("fk_parked_decision_asked_by_staff")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff.id"], name=op.f("fk_parked_decision_decided_by_staff")
        ),
        sa.ForeignKeyConstraint(
            ["fact_id", "handler"],
            ["delivery.fact_id", "delivery.handler"],
            name="fk_parked_decision_its_delivery",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parked_decision")),
    )
    op.create_index(
        "parked_decision_is_asked_once",
        "parked_decision",
        ["fact_id", "handler"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index("parked_decision_is_asked_once", table_name="parked_decision")
    op.drop_table("parked_decision")
    op.drop_table("worker_beat")
    op.drop_table("session_device")
    op.drop_index("ix_payment_provider_payment", table_name="payment")
    op.drop_index("ix_login_session_staff_id", table_name="login_session")
    op.drop_index("ix_login_session_account_id", table_name="login_session")
