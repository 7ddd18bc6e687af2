"""Staged stock is read by account-book item: its rows are entered part by part."""

from alembic import op

revision = "0017_imports"
down_revision = "0016_indexes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index; nothing that stands is changed."""
    op.create_index(
        "ix_staged_stock_item", "staged_stock", ["job_id", "account_book_item_id"], unique=False
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_staged_stock_item", table_name="staged_stock")
