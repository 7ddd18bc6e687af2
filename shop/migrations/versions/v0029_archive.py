"""Of an archived order stay its number, the file it lies in and the figures that finance compares.

Receipts are found by their order and by the mail they came in, so that both can leave.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029_archive"
down_revision = "0028_holds"
branch_labels = None
depends_on = None

_INDEXES = {"ix_customs_receipt_order": "order_id", "ix_customs_receipt_mail": "mail_id"}


def upgrade() -> None:
    """Add the table and the indexes."""
    for name, column in _INDEXES.items():
        op.create_index(name, "customs_receipt", [column])
    op.create_table(
        "archived_order",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "order_no", sa.Text(), nullable=False, comment="printed number, e.g. QZ2611240000123"
        ),
        sa.Column(
            "archive",
            sa.Text(),
            nullable=False,
            comment="name of the file, e.g. before-2030-01.sqlite",
        ),
        sa.Column(
            "archived_at", sa.BigInteger(), nullable=False, comment="instant, microseconds UTC"
        ),
        sa.Column(
            "paid_share_fen", sa.BigInteger(), nullable=False, comment="its share of the payment"
        ),
        sa.Column(
            "value_fen",
            sa.BigInteger(),
            nullable=False,
            comment="dutiable value, used of its limit",
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_archived_order")),
        comment="Paid orders whose rows were archived",
    )
    op.create_index("ix_archived_order_order_no", "archived_order", ["order_no"], unique=True)


def downgrade() -> None:
    """Take it away; which order lies in which file is then known by the files alone."""
    op.drop_index("ix_archived_order_order_no", table_name="archived_order")
    op.drop_table("archived_order")
    for name in reversed(_INDEXES):
        op.drop_index(name, table_name="customs_receipt")
