"""First tables of display; made once from the rooms' tables and frozen since."""

import sqlalchemy as sa
from alembic import op

revision = "0006_display"
down_revision = "0005_stock"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, their indexes and their triggers."""
    op.create_table(
        "placement",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "shelf_code", sa.String(length=20), nullable=False, comment="printed, e.g. S000123"
        ),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "routes", sa.String(length=60), nullable=False, comment="e.g. retail_import,domestic"
        ),
        sa.Column(
            "piece",
            sa.String(length=16),
            nullable=False,
            comment="what stands there, e.g. empty_pack",
        ),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False, comment="ships from"),
        sa.Column(
            "display_site_no",
            sa.String(length=40),
            nullable=True,
            comment="filing of the outlet as display site, or null",
        ),
        sa.Column(
            "valid_from_on", sa.Date(), nullable=False, comment="first day it sells, China date"
        ),
        sa.Column(
            "valid_to_on",
            sa.Date(),
            nullable=True,
            comment="last day it sells, China date, or null",
        ),
        sa.Column("state", sa.String(length=8), nullable=False, comment="open | closed"),
        sa.CheckConstraint(
            "display_site_no IS NOT NULL OR (piece <> 'bonded_sample' AND routes NOT LIKE '%ordinary_display%')",
            name=op.f("ck_placement_bonded_goods_at_display_sites_only"),
        ),
        sa.CheckConstraint(
            "piece IN ('none', 'empty_pack', 'duty_paid_sample', 'bonded_sample')",
            name=op.f("ck_placement_piece_known"),
        ),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_placement_state_known")),
        sa.CheckConstraint("length(routes) > 0", name=op.f("ck_placement_some_route")),
        sa.CheckConstraint(
            "valid_to_on IS NULL OR valid_to_on >= valid_from_on",
            name=op.f("ck_placement_days_in_order"),
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_placement_item_id_item")),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_placement_outlet_id_outlet")
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouse.id"], name=op.f("fk_placement_warehouse_id_warehouse")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
        sa.UniqueConstraint("shelf_code", name="shelf_code_once"),
    )
    op.create_index("ix_placement_outlet", "placement", ["outlet_id"], unique=False)


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_placement_outlet", table_name="placement")
    op.drop_table("placement")
