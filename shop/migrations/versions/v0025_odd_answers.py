"""Receipts that break their schema are found at the desk: where they do stands beside them."""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0025_odd_answers"
down_revision = "0024_goods_returns"
branch_labels = None
depends_on = None

_IS_ODD = "odd IS NOT NULL"


def upgrade() -> None:
    """Add the column and its index; of receipts that stand already the audit trail tells."""
    with op.batch_alter_table("customs_receipt", recreate=_anew()) as batch:
        batch.add_column(
            sa.Column(
                "odd",
                sa.Text(),
                nullable=True,
                comment="where it breaks its schema, a line each; null when nowhere",
            )
        )
    op.create_index(
        "ix_customs_receipt_odd",
        "customs_receipt",
        ["id"],
        sqlite_where=sa.text(_IS_ODD),
        postgresql_where=sa.text(_IS_ODD),
    )


def downgrade() -> None:
    """Take both away."""
    op.drop_index("ix_customs_receipt_odd", table_name="customs_receipt")
    with op.batch_alter_table("customs_receipt", recreate=_anew()) as batch:
        batch.drop_column("odd")


def _anew() -> Literal["always", "never"]:
    """SQLite writes the table anew, so that it stands as it is declared."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"
