"""Long work: jobs, the rows they stage and the cells they found bad."""

import sqlalchemy as sa
from alembic import op

revision = "0013_jobs"
down_revision = "0012_till"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their indexes."""
    op.create_table(
        "import_bad",
        sa.Column("job_id", sa.BigInteger(), nullable=False, comment="job that found it"),
        sa.Column("line", sa.BigInteger(), nullable=False, comment="line in the file, 2"),
        sa.Column("place", sa.Integer(), nullable=False, comment="counts the bad cells of a line"),
        sa.Column(
            "column_name", sa.String(length=60), nullable=False, comment="column of the sheet, gtin"
        ),
        sa.Column("value", sa.String(length=250), nullable=False, comment="what stands there"),
        sa.Column(
            "expects", sa.String(length=30), nullable=False, comment="message sheet.<expects>, gtin"
        ),
        sa.PrimaryKeyConstraint("job_id", "line", "place", name="pk_import_bad"),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "kind", sa.String(length=30), nullable=False, comment="what is done, e.g. import.goods"
        ),
        sa.Column(
            "state", sa.String(length=10), nullable=False, comment="waiting, checking ... cancelled"
        ),
        sa.Column(
            "name", sa.String(length=200), nullable=False, comment="file as its person named it"
        ),
        sa.Column(
            "file",
            sa.String(length=200),
            nullable=True,
            comment="name under the home folder; null once removed",
        ),
        sa.Column("skip_bad", sa.Boolean(), nullable=False, comment="bad rows are left out"),
        sa.Column(
            "rows_total",
            sa.BigInteger(),
            nullable=False,
            comment="rows of the file; 0: not known yet",
        ),
        sa.Column(
            "rows_done", sa.BigInteger(), nullable=False, comment="rows gone through in this state"
        ),
        sa.Column(
            "rows_bad", sa.BigInteger(), nullable=False, comment="rows with a cell not as expected"
        ),
        sa.Column(
            "rows_applied", sa.BigInteger(), nullable=False, comment="rows written in the end"
        ),
        sa.Column(
            "requested_by", sa.String(length=40), nullable=False, comment="actor, e.g. staff:123"
        ),
        sa.Column(
            "requested_at", sa.BigInteger(), nullable=False, comment="instant, microseconds UTC"
        ),
        sa.Column(
            "state_at", sa.BigInteger(), nullable=False, comment="instant this state was entered"
        ),
        sa.Column(
            "heartbeat_at", sa.BigInteger(), nullable=False, comment="last sign of its worker"
        ),
        sa.Column(
            "claimed_by",
            sa.String(length=120),
            nullable=True,
            comment="process that works on it, e.g. box1:4711",
        ),
        sa.Column(
            "claimed_until", sa.BigInteger(), nullable=False, comment="instant the claim falls"
        ),
        sa.Column(
            "error", sa.Text(), nullable=True, comment="code of the problem it failed with, or null"
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'checking', 'staging', 'applying', 'done', 'failed', 'cancelled')",
            name=op.f("ck_job_state_known"),
        ),
        sa.CheckConstraint(
            "rows_done >= 0 AND rows_bad >= 0", name=op.f("ck_job_rows_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_open", "job", ["state", "id"], unique=False)
    op.create_table(
        "staged_enterprise",
        sa.Column("job_id", sa.BigInteger(), nullable=False, comment="job that staged it"),
        sa.Column("line", sa.BigInteger(), nullable=False, comment="line in the file, 2"),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("customs_code", sa.String(length=10), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("dxp_id", sa.String(length=30), nullable=True),
        sa.Column("filed_from_on", sa.Date(), nullable=False),
        sa.Column("filed_to_on", sa.Date(), nullable=True),
        sa.Column("roles", sa.Text(), nullable=False, comment="platform;declarant"),
        sa.PrimaryKeyConstraint("job_id", "line", name="pk_staged_enterprise"),
    )
    op.create_table(
        "staged_goods",
        sa.Column("job_id", sa.BigInteger(), nullable=False, comment="job that staged it"),
        sa.Column("line", sa.BigInteger(), nullable=False, comment="line in the file, 2"),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("sku", sa.String(length=20), nullable=False),
        sa.Column("gtin14", sa.String(length=14), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("name_en", sa.String(length=250), nullable=False),
        sa.Column("brand", sa.String(length=100), nullable=False),
        sa.Column("model", sa.String(length=250), nullable=False),
        sa.Column("image", sa.String(length=200), nullable=False),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("account_book_no", sa.String(length=30), nullable=False),
        sa.Column("item_record_no", sa.String(length=30), nullable=False),
        sa.Column("hs_code", sa.String(length=10), nullable=False),
        sa.Column("gname", sa.String(length=250), nullable=False),
        sa.Column("gmodel", sa.String(length=510), nullable=False),
        sa.Column("origin_code", sa.String(length=3), nullable=False),
        sa.Column("unit_code", sa.String(length=3), nullable=False),
        sa.Column("unit1_code", sa.String(length=3), nullable=False),
        sa.Column("unit2_code", sa.String(length=3), nullable=True),
        sa.Column("qty1_e5_per_piece", sa.BigInteger(), nullable=False),
        sa.Column("qty2_e5_per_piece", sa.BigInteger(), nullable=True),
        sa.Column("net_e5_per_piece", sa.BigInteger(), nullable=False),
        sa.Column("gross_e5_per_piece", sa.BigInteger(), nullable=False),
        sa.Column("measure_e5", sa.BigInteger(), nullable=True),
        sa.Column("measure_kind", sa.String(length=8), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("owner_enterprise_id", sa.BigInteger(), nullable=False),
        sa.Column("valid_from_on", sa.Date(), nullable=False),
        sa.Column(
            "book_id",
            sa.BigInteger(),
            nullable=False,
            comment="id of its account-book item, if new",
        ),
        sa.PrimaryKeyConstraint("job_id", "line", name="pk_staged_goods"),
    )
    op.create_table(
        "staged_placement",
        sa.Column("job_id", sa.BigInteger(), nullable=False, comment="job that staged it"),
        sa.Column("line", sa.BigInteger(), nullable=False, comment="line in the file, 2"),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False),
        sa.Column("shelf_code", sa.String(length=20), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("routes", sa.String(length=60), nullable=False),
        sa.Column("piece", sa.String(length=16), nullable=False),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("display_site_no", sa.String(length=40), nullable=True),
        sa.Column("valid_from_on", sa.Date(), nullable=False),
        sa.Column("valid_to_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "line", name="pk_staged_placement"),
    )
    op.create_table(
        "staged_stock",
        sa.Column("job_id", sa.BigInteger(), nullable=False, comment="job that staged it"),
        sa.Column("line", sa.BigInteger(), nullable=False, comment="line in the file, 2"),
        sa.Column("document", sa.String(length=40), nullable=False),
        sa.Column("document_line", sa.String(length=120), nullable=False),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("account_book_item_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_no", sa.String(length=40), nullable=False),
        sa.Column("location", sa.String(length=20), nullable=False),
        sa.Column("qty", sa.BigInteger(), nullable=False, comment="pieces"),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column(
            "unit_cost_fen", sa.BigInteger(), nullable=True, comment="one piece, fen, or null"
        ),
        sa.Column("lot_id", sa.BigInteger(), nullable=False, comment="id of its lot, if new"),
        sa.Column("movement_id", sa.BigInteger(), nullable=False),
        sa.Column("figure_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "line", name="pk_staged_stock"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("staged_stock")
    op.drop_table("staged_placement")
    op.drop_table("staged_goods")
    op.drop_table("staged_enterprise")
    op.drop_index("ix_job_open", table_name="job")
    op.drop_table("job")
    op.drop_table("import_bad")
