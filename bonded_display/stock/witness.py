"""Decide what the books of stock bear witness to, for the controls that join several rooms.

Controls within stock itself are ``controls``'.
"""

from typing import Any

from sqlalchemy import Select, String, cast, literal, select

from bonded_display.stock.tables import reservation


def allocated_by_order() -> Select[Any]:
    """Return (document, pieces) of what lies firmly allocated, by customs order."""
    name = literal("customs_order:") + cast(reservation.c.order_id, String)
    return select(name.label("document"), reservation.c.qty.label("figure")).where(
        reservation.c.state == "allocated"
    )
