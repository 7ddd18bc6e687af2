"""Decides how offers lie in the database.

Leaves item names to the register, rates to settlement.tax, origin and units to stock.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from kernel import register as _register  # the foreign keys need its tables
from kernel.db import Id, metadata

assert _register is not None

offer = Table(
    "offer",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("item_id", Id, ForeignKey("item.id"), nullable=False),
    Column("warehouse_id", Id, ForeignKey("warehouse.id"), nullable=False),
    Column("route", Text, nullable=False, comment="retail_import, ordinary_display, domestic"),
    Column("merchant_enterprise_id", Id, ForeignKey("enterprise.id"), nullable=False),
    Column("agent_enterprise_id", Id, ForeignKey("enterprise.id"), nullable=False),
    Column("complaint", Text, nullable=False, comment="phone of the complaint channel"),
    Column("title", Text, nullable=False, comment="zh-CN, two lines at most"),
    Column("title_en", Text, nullable=False, comment="English"),
    Column("price_fen", BigInteger, nullable=False, comment="one piece before tax, 12800"),
    Column("freight_fen", BigInteger, nullable=False, comment="an order, 0 when always free"),
    Column("freight_free_from_fen", BigInteger, nullable=True, comment="goods value, 9900"),
    Column("price_version", Integer, nullable=False, comment="rises with the money above, 1"),
    Column("deliver_within_days", Integer, nullable=False, comment="days after paying, 5"),
    Column("provider", Text, nullable=False, comment="payment provider, boxed_wallet"),
    Column("open", Boolean, nullable=False, comment="whether orders are taken"),
    Column("updated_at", BigInteger, nullable=False, comment="microseconds UTC"),
    UniqueConstraint("item_id", "warehouse_id", "route", name="offer_is_one_per_route"),
    CheckConstraint("price_fen > 0", name="offer_costs_something"),
    CheckConstraint(
        "freight_fen >= 0 AND (freight_free_from_fen IS NULL OR freight_free_from_fen > 0)",
        name="freight_is_not_negative",
    ),
    CheckConstraint(
        "route IN ('retail_import', 'ordinary_display', 'domestic')", name="route_is_known"
    ),
)
