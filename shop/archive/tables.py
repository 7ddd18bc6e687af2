"""Decides what stays of an order whose rows lie in an archive: its number, its file, its figures.

The vouchers of the ledger stay for thirty years and are compared with these figures.
"""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from kernel.db import Id, metadata

archived_order = Table(
    "archived_order",
    metadata,
    Column("order_id", Id, primary_key=True, autoincrement=False),
    Column("order_no", Text, nullable=False, comment="printed number, e.g. QZ2611240000123"),
    Column("archive", Text, nullable=False, comment="name of the file, e.g. before-2030-01.sqlite"),
    Column("archived_at", BigInteger, nullable=False, comment="instant, microseconds UTC"),
    Column("paid_share_fen", BigInteger, nullable=False, comment="its share of the payment"),
    Column("value_fen", BigInteger, nullable=False, comment="dutiable value, used of its limit"),
    Index("ix_archived_order_order_no", "order_no", unique=True),
    comment="Paid orders whose rows were archived",
)
