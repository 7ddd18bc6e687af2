"""First tables of warehouse; made once from the rooms' tables and frozen since."""

import sqlalchemy as sa
from alembic import op

revision = "0007_warehouse"
down_revision = "0006_display"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, their indexes and their triggers."""
    op.create_table(
        "exit_batch",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "no", sa.String(length=20), nullable=False, comment="printed, e.g. XB20261124-003"
        ),
        sa.Column("state", sa.String(length=16), nullable=False, comment="see states.BATCH_MOVES"),
        sa.Column(
            "contents", sa.Integer(), nullable=False, comment="raised when parcels come or go"
        ),
        sa.Column(
            "bonded_inventory_list_no",
            sa.String(length=40),
            nullable=True,
            comment="the zone's number",
        ),
        sa.Column("exit_pass_no", sa.String(length=40), nullable=True, comment="the zone's number"),
        sa.Column(
            "vehicle_no", sa.String(length=20), nullable=False, comment="plate, e.g. 浙B12345"
        ),
        sa.Column(
            "gross_e5", sa.BigInteger(), nullable=True, comment="kg on the exit pass, 1/100,000"
        ),
        sa.Column("opened_at", sa.BigInteger(), nullable=False, comment="instant"),
        sa.Column(
            "passed_at", sa.BigInteger(), nullable=True, comment="instant, by the zone's gate"
        ),
        sa.Column("seq", sa.Integer(), nullable=False, comment="raised with each change of state"),
        sa.CheckConstraint(
            "(state = 'gone') = (passed_at IS NOT NULL)",
            name=op.f("ck_exit_batch_gone_has_instant"),
        ),
        sa.CheckConstraint(
            "state IN ('approved', 'closed', 'gone', 'listed', 'open', 'pass_requested')",
            name=op.f("ck_exit_batch_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'gone') OR exit_pass_no IS NOT NULL",
            name=op.f("ck_exit_batch_approved_has_pass"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('listed', 'pass_requested', 'approved', 'gone') OR bonded_inventory_list_no IS NOT NULL",
            name=op.f("ck_exit_batch_listed_has_number"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_batch")),
        sa.UniqueConstraint("exit_pass_no", name="pass_of_one_batch"),
        sa.UniqueConstraint("no", name="number_once"),
    )
    op.create_index("ix_exit_batch_state", "exit_batch", ["warehouse_id", "state"], unique=False)
    op.create_table(
        "pick_task",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False, comment="customs order; one parcel"),
        sa.Column("list_id", sa.BigInteger(), nullable=False, comment="declaration list in force"),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("order_no", sa.String(length=60), nullable=False, comment="printed order number"),
        sa.Column(
            "waybill_no", sa.String(length=60), nullable=False, comment="logisticsNo on the parcel"
        ),
        sa.Column(
            "invt_no", sa.String(length=18), nullable=False, comment="invtNo of the released list"
        ),
        sa.Column(
            "state",
            sa.String(length=8),
            nullable=False,
            comment="open|picking|picked|packed|loaded|void",
        ),
        sa.Column(
            "gross_e5", sa.BigInteger(), nullable=True, comment="kg on the packing scale, 1/100,000"
        ),
        sa.Column("opened_at", sa.BigInteger(), nullable=False, comment="instant"),
        sa.Column("packed_at", sa.BigInteger(), nullable=True, comment="instant"),
        sa.Column(
            "collected_at", sa.BigInteger(), nullable=True, comment="instant the courier took it"
        ),
        sa.Column(
            "signed_for_at",
            sa.BigInteger(),
            nullable=True,
            comment="instant the receiver signed, by the courier",
        ),
        sa.Column("seq", sa.Integer(), nullable=False, comment="raised with each change of state"),
        sa.CheckConstraint(
            "state IN ('loaded', 'open', 'packed', 'picked', 'picking', 'void')",
            name=op.f("ck_pick_task_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('packed', 'loaded') OR gross_e5 > 0",
            name=op.f("ck_pick_task_packed_parcel_is_weighed"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pick_task")),
        sa.UniqueConstraint("order_id", name="order_picked_once"),
        sa.UniqueConstraint("waybill_no", name="waybill_on_one_parcel"),
    )
    op.create_index("ix_pick_task_state", "pick_task", ["warehouse_id", "state"], unique=False)
    op.create_table(
        "waybill_declaration",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "request_no",
            sa.String(length=40),
            nullable=False,
            comment="ours; the courier keeps it once",
        ),
        sa.Column("waybill_no", sa.String(length=60), nullable=False, comment="logisticsNo"),
        sa.Column(
            "state",
            sa.String(length=10),
            nullable=False,
            comment="causing|received|sent|accepted|rejected",
        ),
        sa.Column(
            "return_status",
            sa.String(length=10),
            nullable=True,
            comment="512 returnStatus as told by the courier",
        ),
        sa.Column(
            "return_time_text", sa.String(length=17), nullable=True, comment="512 returnTime, raw"
        ),
        sa.Column("caused_at", sa.BigInteger(), nullable=False, comment="instant"),
        sa.CheckConstraint(
            "state IN ('causing', 'received', 'sent', 'accepted', 'rejected')",
            name=op.f("ck_waybill_declaration_state_known"),
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_waybill_declaration")),
        sa.UniqueConstraint("request_no", name="request_once"),
    )
    op.create_table(
        "waybill_number",
        sa.Column("courier_enterprise_id", sa.BigInteger(), nullable=False),
        sa.Column("waybill_no", sa.String(length=60), nullable=False, comment="logisticsNo"),
        sa.Column("state", sa.String(length=6), nullable=False, comment="free | taken | void"),
        sa.Column(
            "order_id", sa.BigInteger(), nullable=True, comment="customs order it was taken for"
        ),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False, comment="instant"),
        sa.Column("taken_at", sa.BigInteger(), nullable=True, comment="instant"),
        sa.CheckConstraint(
            "(state = 'free') = (order_id IS NULL)",
            name=op.f("ck_waybill_number_taken_for_an_order"),
        ),
        sa.CheckConstraint(
            "state IN ('free', 'taken', 'void')", name=op.f("ck_waybill_number_state_known")
        ),
        sa.PrimaryKeyConstraint(
            "courier_enterprise_id", "waybill_no", name=op.f("pk_waybill_number")
        ),
    )
    op.create_index(
        "ix_waybill_number_free",
        "waybill_number",
        ["courier_enterprise_id", "fetched_at", "waybill_no"],
        unique=False,
        postgresql_where=sa.text("state = 'free'"),
        sqlite_where=sa.text("state = 'free'"),
    )
    op.create_index(
        "uq_waybill_number_order",
        "waybill_number",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("state = 'taken'"),
        sqlite_where=sa.text("state = 'taken'"),
    )
    op.create_table(
        "waybill_request",
        sa.Column(
            "request_no", sa.String(length=40), nullable=False, comment="ours, e.g. WN734..."
        ),
        sa.Column("courier_enterprise_id", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False, comment="numbers asked for"),
        sa.Column("asked_at", sa.BigInteger(), nullable=False, comment="instant"),
        sa.Column(
            "answered_at",
            sa.BigInteger(),
            nullable=True,
            comment="instant the numbers were stored, or null",
        ),
        sa.CheckConstraint("count > 0", name=op.f("ck_waybill_request_count_positive")),
        sa.PrimaryKeyConstraint("request_no", name=op.f("pk_waybill_request")),
    )
    op.create_table(
        "exit_parcel",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("waybill_no", sa.String(length=60), nullable=False, comment="logisticsNo"),
        sa.Column(
            "invt_no", sa.String(length=18), nullable=False, comment="released declaration list"
        ),
        sa.Column("gross_e5", sa.BigInteger(), nullable=False, comment="kg, 1/100,000, as weighed"),
        sa.Column(
            "loaded_at",
            sa.BigInteger(),
            nullable=True,
            comment="instant it was scanned onto the vehicle",
        ),
        sa.CheckConstraint("gross_e5 > 0", name=op.f("ck_exit_parcel_weighed")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["exit_batch.id"], name=op.f("fk_exit_parcel_batch_id_exit_batch")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["pick_task.order_id"], name=op.f("fk_exit_parcel_order_id_pick_task")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_exit_parcel")),
    )
    op.create_index("ix_exit_parcel_batch", "exit_parcel", ["batch_id"], unique=False)
    op.create_table(
        "pick_line",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("gnum", sa.Integer(), nullable=False, comment="line of the declaration list"),
        sa.Column("account_book_item_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_no", sa.String(length=40), nullable=False, comment="maker's lot"),
        sa.Column("location", sa.String(length=20), nullable=False, comment="place, e.g. A-03-2"),
        sa.Column("qty", sa.BigInteger(), nullable=False, comment="pieces to pick"),
        sa.Column("picked_qty", sa.BigInteger(), nullable=False, comment="pieces scanned"),
        sa.CheckConstraint(
            "picked_qty >= 0 AND picked_qty <= qty", name=op.f("ck_pick_line_never_more_than_asked")
        ),
        sa.ForeignKeyConstraint(
            ["account_book_item_id"],
            ["account_book_item.id"],
            name=op.f("fk_pick_line_account_book_item_id_account_book_item"),
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_pick_line_lot_id_lot")),
        sa.ForeignKeyConstraint(
            ["task_id"], ["pick_task.id"], name=op.f("fk_pick_line_task_id_pick_task")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pick_line")),
        sa.UniqueConstraint("task_id", "gnum", "lot_id", name="lot_once_a_line"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("pick_line")
    op.drop_index("ix_exit_parcel_batch", table_name="exit_parcel")
    op.drop_table("exit_parcel")
    op.drop_table("waybill_request")
    op.drop_index(
        "uq_waybill_number_order",
        table_name="waybill_number",
        postgresql_where=sa.text("state = 'taken'"),
        sqlite_where=sa.text("state = 'taken'"),
    )
    op.drop_index(
        "ix_waybill_number_free",
        table_name="waybill_number",
        postgresql_where=sa.text("state = 'free'"),
        sqlite_where=sa.text("state = 'free'"),
    )
    op.drop_table("waybill_number")
    op.drop_table("waybill_declaration")
    op.drop_index("ix_pick_task_state", table_name="pick_task")
    op.drop_table("pick_task")
    op.drop_index("ix_exit_batch_state", table_name="exit_batch")
    op.drop_table("exit_batch")
