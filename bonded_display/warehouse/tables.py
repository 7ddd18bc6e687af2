"""Decide how picking, parcels, exit batches and the courier's numbers are kept.

No name, phone or address stands here: those go from the order straight to the courier.
"""

from collections.abc import Iterable

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    text,
)

from bonded_display.warehouse.states import BATCH_MOVES, TASK_MOVES
from kernel.db import Id, metadata


def _one_of(column: str, words: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in sorted(words))})"


waybill_request = Table(
    "waybill_request",
    metadata,
    Column("request_no", String(40), primary_key=True, comment="ours, e.g. WN734..."),
    Column("courier_enterprise_id", Id, nullable=False),
    Column("count", Integer, nullable=False, comment="numbers asked for"),
    Column("asked_at", BigInteger, nullable=False, comment="instant"),
    Column("answered_at", BigInteger, comment="instant the numbers were stored, or null"),
    CheckConstraint("count > 0", name="count_positive"),
)

waybill_number = Table(
    "waybill_number",
    metadata,
    Column("courier_enterprise_id", Id, nullable=False),
    Column("waybill_no", String(60), nullable=False, comment="logisticsNo"),
    Column("state", String(6), nullable=False, comment="free | taken | void"),
    Column("order_id", Id, comment="customs order it was taken for"),
    Column("fetched_at", BigInteger, nullable=False, comment="instant"),
    Column("taken_at", BigInteger, comment="instant"),
    PrimaryKeyConstraint("courier_enterprise_id", "waybill_no"),
    CheckConstraint("state IN ('free', 'taken', 'void')", name="state_known"),
    CheckConstraint("(state = 'free') = (order_id IS NULL)", name="taken_for_an_order"),
    Index(
        "uq_waybill_number_order",
        "order_id",
        unique=True,
        postgresql_where=text("state = 'taken'"),
        sqlite_where=text("state = 'taken'"),
    ),
    Index(
        "ix_waybill_number_free",
        "courier_enterprise_id",
        "fetched_at",
        "waybill_no",
        postgresql_where=text("state = 'free'"),
        sqlite_where=text("state = 'free'"),
    ),
)

waybill_declaration = Table(
    "waybill_declaration",
    metadata,
    Column("order_id", Id, primary_key=True, autoincrement=False),
    Column("request_no", String(40), nullable=False, comment="ours; the courier keeps it once"),
    Column("waybill_no", String(60), nullable=False, comment="logisticsNo"),
    Column("state", String(10), nullable=False, comment="causing|received|sent|accepted|rejected"),
    Column("return_status", String(10), comment="512 returnStatus as told by the courier"),
    Column("return_time_text", String(17), comment="512 returnTime, raw"),
    Column("caused_at", BigInteger, nullable=False, comment="instant"),
    UniqueConstraint("request_no", name="request_once"),
    CheckConstraint(
        "state IN ('causing', 'received', 'sent', 'accepted', 'rejected')", name="state_known"
    ),
)

pick_task = Table(
    "pick_task",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("order_id", Id, nullable=False, comment="customs order; one parcel"),
    Column("list_id", Id, nullable=False, comment="declaration list in force"),
    Column("warehouse_id", Id, nullable=False),
    Column("order_no", String(60), nullable=False, comment="printed order number"),
    Column("waybill_no", String(60), nullable=False, comment="logisticsNo on the parcel"),
    Column("invt_no", String(18), nullable=False, comment="invtNo of the released list"),
    Column("state", String(8), nullable=False, comment="open|picking|picked|packed|loaded|void"),
    Column("gross_e5", BigInteger, comment="kg on the packing scale, 1/100,000"),
    Column("opened_at", BigInteger, nullable=False, comment="instant"),
    Column("packed_at", BigInteger, comment="instant"),
    Column("collected_at", BigInteger, comment="instant the courier took it"),
    Column("signed_for_at", BigInteger, comment="instant the receiver signed, by the courier"),
    Column("seq", Integer, nullable=False, comment="raised with each change of state"),
    UniqueConstraint("order_id", name="order_picked_once"),
    UniqueConstraint("waybill_no", name="waybill_on_one_parcel"),
    CheckConstraint(_one_of("state", TASK_MOVES), name="state_known"),
    CheckConstraint(
        "state NOT IN ('packed', 'loaded') OR gross_e5 > 0", name="packed_parcel_is_weighed"
    ),
    Index("ix_pick_task_state", "warehouse_id", "state"),
)

pick_line = Table(
    "pick_line",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("task_id", Id, ForeignKey("pick_task.id"), nullable=False),
    Column("gnum", Integer, nullable=False, comment="line of the declaration list"),
    Column("account_book_item_id", Id, ForeignKey("account_book_item.id"), nullable=False),
    Column("lot_id", Id, ForeignKey("lot.id"), nullable=False),
    Column("lot_no", String(40), nullable=False, comment="maker's lot"),
    Column("location", String(20), nullable=False, comment="place, e.g. A-03-2"),
    Column("qty", BigInteger, nullable=False, comment="pieces to pick"),
    Column("picked_qty", BigInteger, nullable=False, comment="pieces scanned"),
    UniqueConstraint("task_id", "gnum", "lot_id", name="lot_once_a_line"),
    CheckConstraint("picked_qty >= 0 AND picked_qty <= qty", name="never_more_than_asked"),
)

exit_batch = Table(
    "exit_batch",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("warehouse_id", Id, nullable=False),
    Column("no", String(20), nullable=False, comment="printed, e.g. XB20261124-003"),
    Column("state", String(16), nullable=False, comment="see states.BATCH_MOVES"),
    Column("contents", Integer, nullable=False, comment="raised when parcels come or go"),
    Column("bonded_inventory_list_no", String(40), comment="the zone's number"),
    Column("exit_pass_no", String(40), comment="the zone's number"),
    Column("vehicle_no", String(20), nullable=False, comment="plate, e.g. 浙B12345"),
    Column("gross_e5", BigInteger, comment="kg on the exit pass, 1/100,000"),
    Column("opened_at", BigInteger, nullable=False, comment="instant"),
    Column("passed_at", BigInteger, comment="instant, by the zone's gate"),
    Column("seq", Integer, nullable=False, comment="raised with each change of state"),
    UniqueConstraint("no", name="number_once"),
    UniqueConstraint("exit_pass_no", name="pass_of_one_batch"),
    CheckConstraint(_one_of("state", BATCH_MOVES), name="state_known"),
    CheckConstraint(
        "state NOT IN ('listed', 'pass_requested', 'approved', 'gone')"
        " OR bonded_inventory_list_no IS NOT NULL",
        name="listed_has_number",
    ),
    CheckConstraint(
        "state NOT IN ('approved', 'gone') OR exit_pass_no IS NOT NULL", name="approved_has_pass"
    ),
    CheckConstraint("(state = 'gone') = (passed_at IS NOT NULL)", name="gone_has_instant"),
    Index("ix_exit_batch_state", "warehouse_id", "state"),
)

exit_parcel = Table(
    "exit_parcel",
    metadata,
    Column("order_id", Id, ForeignKey("pick_task.order_id"), primary_key=True, autoincrement=False),
    Column("batch_id", Id, ForeignKey("exit_batch.id"), nullable=False),
    Column("waybill_no", String(60), nullable=False, comment="logisticsNo"),
    Column("invt_no", String(18), nullable=False, comment="released declaration list"),
    Column("gross_e5", BigInteger, nullable=False, comment="kg, 1/100,000, as weighed"),
    Column("loaded_at", BigInteger, comment="instant it was scanned onto the vehicle"),
    CheckConstraint("gross_e5 > 0", name="weighed"),
    Index("ix_exit_parcel_batch", "batch_id"),
)
