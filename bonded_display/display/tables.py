"""Decide how it is kept what stands on which shelf and how it may be sold there.

Prices are the shop's; guarantees and duty cases follow the display applications.
"""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, String, Table
from sqlalchemy import UniqueConstraint as Unique

from kernel.db import Id, metadata

placement = Table(
    "placement",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("outlet_id", Id, ForeignKey("outlet.id"), nullable=False),
    Column("shelf_code", String(20), nullable=False, comment="printed, e.g. S000123"),
    Column("item_id", Id, ForeignKey("item.id"), nullable=False),
    Column("routes", String(60), nullable=False, comment="e.g. retail_import,domestic"),
    Column("piece", String(16), nullable=False, comment="what stands there, e.g. empty_pack"),
    Column("warehouse_id", Id, ForeignKey("warehouse.id"), nullable=False, comment="ships from"),
    Column("display_site_no", String(40), comment="filing of the outlet as display site, or null"),
    Column("valid_from_on", Date, nullable=False, comment="first day it sells, China date"),
    Column("valid_to_on", Date, comment="last day it sells, China date, or null"),
    Column("state", String(8), nullable=False, comment="open | closed"),
    Unique("shelf_code", name="shelf_code_once"),
    CheckConstraint(
        "piece IN ('none', 'empty_pack', 'duty_paid_sample', 'bonded_sample')", name="piece_known"
    ),
    CheckConstraint("state IN ('open', 'closed')", name="state_known"),
    CheckConstraint("length(routes) > 0", name="some_route"),
    # Bonded goods stand only at a filed display site; source: rules section 6.
    CheckConstraint(
        "display_site_no IS NOT NULL"
        " OR (piece <> 'bonded_sample' AND routes NOT LIKE '%ordinary_display%')",
        name="bonded_goods_at_display_sites_only",
    ),
    CheckConstraint("valid_to_on IS NULL OR valid_to_on >= valid_from_on", name="days_in_order"),
    Index("ix_placement_outlet", "outlet_id"),
)
