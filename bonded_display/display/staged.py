"""Decide how many placements are written in one statement from rows that were staged.

What a placement may be is ``placements``'; the rows were checked by it.
"""

from typing import Any

from sqlalchemy import Connection, Select

from bonded_display.display.tables import placement
from kernel.batch import upsert_from


def put_placements_from(conn: Connection, source: Select[Any]) -> None:
    """Write placements under their shelf code."""
    upsert_from(conn, placement, source, key=("shelf_code",))
