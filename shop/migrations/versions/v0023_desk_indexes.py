"""What the customs desk looks up: lists by state, open ones by age, numbers of port and payment."""

import sqlalchemy as sa
from alembic import op

revision = "0023_desk_indexes"
down_revision = "0022_withdrawals"
branch_labels = None
depends_on = None

_OPEN = "state NOT IN ('RELEASED', 'CLOSED', 'CANCELLED', 'RETURNED_OUT')"
_PARTIAL = (
    ("ix_declaration_list_open", "declaration_list", "id", _OPEN),
    ("ix_declaration_list_pre_no", "declaration_list", "pre_no", "pre_no IS NOT NULL"),
    (
        "ix_payment_declaration_transaction",
        "payment_declaration",
        "pay_transaction_id",
        "pay_transaction_id IS NOT NULL",
    ),
)


def upgrade() -> None:
    """Make the indexes; nothing that stands is changed."""
    op.create_index("ix_declaration_list_state", "declaration_list", ["state", "id"])
    for name, table, column, where in _PARTIAL:
        op.create_index(
            name,
            table,
            [column],
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def downgrade() -> None:
    """Take them away."""
    for name, table, _, _ in reversed(_PARTIAL):
        op.drop_index(name, table_name=table)
    op.drop_index("ix_declaration_list_state", table_name="declaration_list")
