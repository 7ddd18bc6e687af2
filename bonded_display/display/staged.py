"""Decide how many placements are written in one statement from rows that were staged.

What a placement may be is ``placements``'; the rows were checked by it.
"""

from typing import Any

from sqlalchemy import Connection, Select

from bonded_display.display.tables import placement
from kernel.batch import upsert_from


def put_placements_from(conn: Connection, source: Select[Any]) -> None:
    """Write placements under their shelf code; one that stands keeps its days and its state.

    Whether a code sells is turned by a person (``turn_shelf_code``), never by a sheet.
    """
    keep = ("valid_from_on", "valid_to_on", "state")
    upsert_from(conn, placement, source, key=("shelf_code",), keep=keep)
