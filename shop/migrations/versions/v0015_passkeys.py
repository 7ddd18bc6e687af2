"""Passkeys of staff, the questions their browsers are asked, and who works here no longer."""

import sqlalchemy as sa
from alembic import op

revision = "0015_passkeys"
down_revision = "0014_till_books"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their indexes."""
    op.create_table(
        "departed_staff",
        sa.Column("staff_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("departed_at", sa.BigInteger(), nullable=False, comment="microseconds UTC"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_departed_staff_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_departed_staff")),
        comment="Who works here no longer; the staff row stays, for records name it",
    )
    _make_passkey()
    op.create_table(
        "passkey_challenge",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "holder_hash",
            sa.Text(),
            nullable=False,
            comment="SHA-256 of the browser's token, hex",
        ),
        sa.Column("purpose", sa.Text(), nullable=False, comment="add or sign_in"),
        sa.Column("staff_id", sa.BigInteger(), nullable=True, comment="whose passkey is added"),
        sa.Column("challenge", sa.LargeBinary(), nullable=False, comment="32 random bytes"),
        sa.Column(
            "expires_at",
            sa.BigInteger(),
            nullable=False,
            comment="microseconds UTC, given + 3 min",
        ),
        sa.CheckConstraint(
            "(purpose = 'add' AND staff_id IS NOT NULL)"
            " OR (purpose = 'sign_in' AND staff_id IS NULL)",
            name=op.f("ck_passkey_challenge_challenge_is_for_one_purpose"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_passkey_challenge_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey_challenge")),
        sa.UniqueConstraint("holder_hash", name="browser_answers_one_challenge"),
        comment="Deleted by the answer; what nobody answered, by the next one given",
    )
    op.create_index(
        "ix_passkey_challenge_expires_at", "passkey_challenge", ["expires_at"], unique=False
    )


def _make_passkey() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "credential_id", sa.Text(), nullable=False, comment="the authenticator's, base64url"
        ),
        sa.Column(
            "public_key", sa.LargeBinary(), nullable=False, comment="COSE key, as it was registered"
        ),
        sa.Column(
            "sign_count", sa.BigInteger(), nullable=False, comment="highest seen; 0: it has none"
        ),
        sa.Column(
            "name",
            sa.Text(),
            nullable=False,
            comment="what its owner calls it, 'Chrome · Windows'",
        ),
        sa.Column("made_at", sa.BigInteger(), nullable=False, comment="microseconds UTC"),
        sa.Column(
            "last_used_at", sa.BigInteger(), nullable=True, comment="microseconds UTC, null: never"
        ),
        sa.Column(
            "ended_at", sa.BigInteger(), nullable=True, comment="microseconds UTC, null: in use"
        ),
        sa.Column("ended_why", sa.Text(), nullable=True, comment="removed, counter or staff"),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_why IS NULL)",
            name=op.f("ck_passkey_passkey_ends_for_a_reason"),
        ),
        sa.CheckConstraint(
            "ended_why IN ('removed', 'counter', 'staff')",
            name=op.f("ck_passkey_passkey_reason_is_a_known_one"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_passkey_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name="credential_is_one_passkey"),
    )
    op.create_index("ix_passkey_staff_id", "passkey", ["staff_id", "id"], unique=False)


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_passkey_challenge_expires_at", table_name="passkey_challenge")
    op.drop_table("passkey_challenge")
    op.drop_index("ix_passkey_staff_id", table_name="passkey")
    op.drop_table("passkey")
    op.drop_table("departed_staff")
