"""Decide what the operator's pages read of placements; nothing is changed here.

What the goods cost there is the shop's.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, func, literal, select

from bonded_display.display.tables import placement
from kernel.register.tables import item, outlet

Rows = Sequence[Any]


def outlets_with_placements(conn: Connection) -> Rows:
    """Return every outlet by code, with how many of its shelf codes are open."""
    shown = (
        select(placement.c.outlet_id, func.count().label("open"))
        .where(placement.c.state == "open")
        .group_by(placement.c.outlet_id)
        .subquery()
    )
    return conn.execute(
        select(
            outlet.c.id,
            outlet.c.code,
            outlet.c.name,
            outlet.c.name_en,
            func.coalesce(shown.c.open, 0).label("open"),
        )
        .outerjoin(shown, shown.c.outlet_id == outlet.c.id)
        .order_by(outlet.c.code)
    ).all()


def placements_of(
    conn: Connection, *, outlet_id: int | None, after: int = 0, most: int = 50
) -> Rows:
    """Return the placements of an outlet, or of all, by id from ``after`` on, with their goods."""
    query = (
        select(
            placement,
            item.c.name,
            item.c.name_en,
            item.c.sku,
            item.c.gtin14,
            outlet.c.name.label("outlet_name"),
            outlet.c.name_en.label("outlet_name_en"),
        )
        .join(item, item.c.id == placement.c.item_id)
        .join(outlet, outlet.c.id == placement.c.outlet_id)
        .where(placement.c.id > after)
        .order_by(placement.c.id)
        .limit(most)
    )
    if outlet_id is not None:
        query = query.where(placement.c.outlet_id == outlet_id)
    return conn.execute(query).all()


def shelf_codes_ending(until: date) -> Select[Any]:
    """Return the question for open shelf codes whose last day is ``until`` or before.

    Columns: kind, who, what, ref_id (the outlet), on_day.
    """
    return (
        select(
            literal("shelf_code").label("kind"),
            outlet.c.name.label("who"),
            placement.c.shelf_code.label("what"),
            placement.c.outlet_id.label("ref_id"),
            placement.c.valid_to_on.label("on_day"),
        )
        .join(outlet, outlet.c.id == placement.c.outlet_id)
        .where(placement.c.state == "open", placement.c.valid_to_on <= until)
    )
