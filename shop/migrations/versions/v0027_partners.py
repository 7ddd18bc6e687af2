"""Companies that hand in their shoppers' orders have a key of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0027_partners"
down_revision = "0026_return_ends"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; nobody has a key yet."""
    op.create_table(
        "partner",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="the company, as it is spoken of"),
        sa.Column(
            "key_hash", sa.Text(), nullable=False, comment="SHA-256 of its key, which is not kept"
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False, comment="microseconds UTC"),
        sa.Column(
            "revoked_at",
            sa.BigInteger(),
            nullable=True,
            comment="microseconds UTC, null while it opens",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint("name", name="partner_has_a_name_of_its_own"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("partner")
