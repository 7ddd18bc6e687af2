"""Decide what is kept of a parcel that customs wants to see: one case a list, and what it cost."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    text,
)

from bonded_display.warehouse.inspection.outcomes import Result, Wish
from kernel.db import Id, metadata

_WISHES = ", ".join(f"'{wish}'" for wish in Wish)
_RESULTS = ", ".join(f"'{result}'" for result in Result)

inspection_case = Table(
    "inspection_case",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("order_id", Id, nullable=False, comment="customs order"),
    Column("list_id", Id, nullable=False, comment="declaration list"),
    Column("warehouse_id", Id, nullable=False, comment="the shard"),
    Column("wish", String(10), nullable=False, comment="inspection | detention | return_out"),
    Column("status", Integer, nullable=False, comment="customs' latest, e.g. 500, 502"),
    Column("state", String(6), nullable=False, comment="open | in_bay | found | closed"),
    Column("result", String(9), comment="intact | sampled | repacked | seized | ..."),
    Column("document_no", String(60), comment="customs' paper about the result"),
    Column("seq", Integer, nullable=False, comment="counter of its facts, e.g. 1"),
    Column("opened_at", BigInteger, nullable=False, comment="instant"),
    Column("brought_at", BigInteger, comment="instant it was scanned into the bay"),
    Column("found_at", BigInteger, comment="instant the result was recorded"),
    Column("closed_at", BigInteger, comment="instant: released, or gone for good"),
    CheckConstraint(f"wish IN ({_WISHES})", name="wish_known"),
    CheckConstraint(f"result IN ({_RESULTS})", name="result_known"),
    CheckConstraint("state IN ('open', 'in_bay', 'found', 'closed')", name="state_known"),
    CheckConstraint("state <> 'found' OR result IS NOT NULL", name="found_has_result"),
    Index("uq_inspection_case_list", "list_id", unique=True),
    Index(
        "ix_inspection_case_open",
        "warehouse_id",
        "opened_at",
        sqlite_where=text("state <> 'closed'"),
        postgresql_where=text("state <> 'closed'"),
    ),
    Index("ix_inspection_case_order", "order_id"),
)

inspection_loss = Table(
    "inspection_loss",
    metadata,
    Column("case_id", Id, ForeignKey("inspection_case.id"), primary_key=True, autoincrement=False),
    Column("gnum", Integer, primary_key=True, comment="line of the list"),
    Column("qty", BigInteger, nullable=False, comment="pieces customs took, e.g. 1"),
    CheckConstraint("qty > 0", name="something_was_taken"),
)
