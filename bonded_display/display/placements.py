"""Decide what a placement is: goods on a shelf, the routes they sell by, the piece that is shown.

What they cost is the shop's.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bonded_display.display.errors import NotADisplaySite
from bonded_display.display.shelf_code import normal_shelf_code
from bonded_display.display.tables import placement
from kernel import ids

ROUTES = ("retail_import", "ordinary_display", "domestic")
PIECES = ("none", "empty_pack", "duty_paid_sample", "bonded_sample")


@dataclass(frozen=True, kw_only=True)
class NewPlacement:
    """Goods put on a shelf under a code of their own."""

    outlet_id: int
    shelf_code: str
    item_id: int
    routes: tuple[str, ...]
    piece: str
    warehouse_id: int
    valid_from_on: date
    valid_to_on: date | None = None
    display_site_no: str | None = None
    state: str = "open"


@dataclass(frozen=True, kw_only=True)
class Placement(NewPlacement):
    """A placement as stored."""

    id: int


def put_placement(conn: Connection, new: NewPlacement) -> int:
    """Store a placement under its shelf code and return its id; the code keeps its id.

    Raises ``NotADisplaySite`` when bonded goods would stand, or be sold on the spot, at an
    outlet without a filing; ``ValueError`` for a route or piece nobody knows.
    Source: rules section 6.
    """
    row = _row(new)
    if not new.display_site_no and (
        new.piece == "bonded_sample" or "ordinary_display" in new.routes
    ):
        raise NotADisplaySite(shelf_code=row["shelf_code"])
    found = standing_placement(conn, row["shelf_code"])
    if found is not None:
        conn.execute(update(placement).where(placement.c.id == found.id).values(row))
        return found.id
    new_id = ids.new()
    conn.execute(insert(placement).values(id=new_id, **row))
    return new_id


def standing_placement(conn: Connection, shelf_code: str) -> Placement | None:
    """Return what stands under a shelf code, open or closed; None when nothing ever did."""
    code = normal_shelf_code(shelf_code)
    row = conn.execute(select(placement).where(placement.c.shelf_code == code)).one_or_none()
    return None if row is None else placement_of(row)


def _row(new: NewPlacement) -> dict[str, Any]:
    unknown = [route for route in new.routes if route not in ROUTES]
    if unknown or not new.routes or new.piece not in PIECES:
        raise ValueError(f"unknown route or piece: {new.routes} {new.piece}")
    routes = ",".join(route for route in ROUTES if route in new.routes)
    return {**asdict(new), "shelf_code": normal_shelf_code(new.shelf_code), "routes": routes}


def placement_of(row: Row[Any]) -> Placement:
    """Return a stored row as a placement."""
    values = {column.name: row._mapping[column] for column in placement.columns}
    return Placement(**{**values, "routes": tuple(values["routes"].split(","))})
