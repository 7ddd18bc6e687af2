"""Unpaid orders are counted by person, outlet, visit and device, each by an index of the open ones."""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0028_holds"
down_revision = "0027_partners"
branch_labels = None
depends_on = None

_OPEN = "state = 'placed'"
_INDEXES = {
    "ix_checkout_open_correlation": ("checkout", ["correlation"]),
    "ix_checkout_open_device": ("checkout", ["device"]),
    "ix_customs_order_open_person_lookup": ("customs_order", ["person_lookup", "expires_at"]),
    "ix_customs_order_open_outlet_id": ("customs_order", ["outlet_id", "expires_at"]),
}


def upgrade() -> None:
    """Add the column and the indexes; of checkouts that stand nobody knows the device."""
    with op.batch_alter_table("checkout", recreate=_anew()) as batch:
        batch.add_column(
            sa.Column(
                "device",
                sa.Text(),
                nullable=True,
                comment="the browser it came by; null before it was kept",
            )
        )
    for name, (table, columns) in _INDEXES.items():
        op.create_index(
            name, table, columns, sqlite_where=sa.text(_OPEN), postgresql_where=sa.text(_OPEN)
        )


def downgrade() -> None:
    """Take them away."""
    for name, (table, _) in _INDEXES.items():
        op.drop_index(name, table_name=table)
    with op.batch_alter_table("checkout", recreate=_anew()) as batch:
        batch.drop_column("device")


def _anew() -> Literal["always", "never"]:
    """SQLite writes the table anew, so that it stands as it is declared."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"
