"""Parcels that left the zone a moment ago are found by when they left, twice a second."""

import sqlalchemy as sa
from alembic import op

revision = "0018_just_left"
down_revision = "0017_imports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index; nothing that stands is changed."""
    op.create_index(
        "ix_order_step_left_zone",
        "order_step",
        ["at"],
        sqlite_where=sa.text("state = 'left_zone'"),
        postgresql_where=sa.text("state = 'left_zone'"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_order_step_left_zone", table_name="order_step")
