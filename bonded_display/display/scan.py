"""Decide what stands behind a scanned shelf code today.

The offer and its price are the shop's.
"""

from sqlalchemy import Connection, select

from bonded_display.display.errors import ShelfCodeClosed, UnknownShelfCode
from bonded_display.display.placements import Placement, placement_of
from bonded_display.display.shelf_code import normal_shelf_code
from bonded_display.display.tables import placement
from kernel import clock
from kernel.register.tables import item


def find_shelf(conn: Connection, code: str, *, gtin14: str | None = None) -> Placement:
    """Return the placement of a shelf code that sells today in China.

    With ``gtin14`` (an address names both) the goods must be the shelf's.  Raises
    ``UnknownShelfCode``, and ``ShelfCodeClosed`` before its first day, after its last one,
    or once it was taken down.  Source: rules section 6: at valid-until it stops by itself.
    """
    shelf_code = normal_shelf_code(code)
    row = conn.execute(
        select(placement, item.c.gtin14)
        .join(item, item.c.id == placement.c.item_id)
        .where(placement.c.shelf_code == shelf_code)
    ).one_or_none()
    if row is None or gtin14 not in (None, row.gtin14):
        raise UnknownShelfCode(shelf_code=shelf_code)
    found = placement_of(row)
    today = clock.china_date(clock.now())
    over = found.valid_to_on is not None and today > found.valid_to_on
    if found.state != "open" or over or today < found.valid_from_on:
        raise ShelfCodeClosed(
            shelf_code=shelf_code,
            valid_from_on=found.valid_from_on,
            valid_to_on=found.valid_to_on,
        )
    return found
