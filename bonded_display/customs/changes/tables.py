"""Decide what is kept of withdrawals (CEB623) and goods returns (CEB625): one row a paper.

Their states move by ``states.REQUEST``; the signed messages are kept with all others.
"""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from bonded_display.customs.states import REQUEST
from kernel.db import Id, metadata

_STATES = ", ".join(f"'{state}'" for state in REQUEST.moves)


def _columns() -> list[Column[object]]:
    return [
        Column("id", Id, primary_key=True, autoincrement=False, comment="its copNo as a number"),
        Column("list_id", Id, ForeignKey("declaration_list.id"), nullable=False),
        Column("order_id", Id, nullable=False, comment="customs_order of shop"),
        Column("state", Text, nullable=False, comment="DRAFT: wanted, not sent yet; REVIEWED"),
        Column("seq", Integer, nullable=False, comment="counter of its facts, e.g. 2"),
        Column("reason", Text, nullable=False, comment="what customs is told, <= 1000 characters"),
        Column("asked_at", BigInteger, nullable=False, comment="instant, microseconds"),
        Column("pre_no", Text, comment="port's number, e.g. B20261124000000001"),
        Column("guid", Text, comment="of the latest sending"),
        Column("return_status", Integer, comment="of the receipt in force, e.g. 399"),
        Column("return_at", BigInteger, comment="its instant, microseconds"),
        Column("return_rank", Integer, comment="decides between receipts of one instant"),
    ]


list_withdrawal = Table(
    "list_withdrawal",
    metadata,
    *_columns(),
    CheckConstraint(f"state IN ({_STATES})", name="state_is_known"),
    Index("uq_list_withdrawal_list", "list_id", unique=True),
)
"""A list is withdrawn by one paper; refused, it is sent again under the same copNo."""

goods_return = Table(
    "goods_return",
    metadata,
    *_columns(),
    Column("before_gate", Integer, nullable=False, comment="1: in place of a withdrawal, else 0"),
    CheckConstraint(f"state IN ({_STATES})", name="state_is_known"),
    CheckConstraint("before_gate IN (0, 1)", name="before_gate_is_yes_or_no"),
    Index("ix_goods_return_list", "list_id"),
)

goods_return_line = Table(
    "goods_return_line",
    metadata,
    Column("return_id", Id, ForeignKey("goods_return.id"), primary_key=True, autoincrement=False),
    Column("gnum", Integer, primary_key=True, comment="line of the list"),
    Column("qty", BigInteger, nullable=False, comment="pieces that come back, e.g. 1"),
    CheckConstraint("qty > 0", name="something_comes_back"),
)
