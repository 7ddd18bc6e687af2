"""Open or close a shelf code: from then on its QR code sells, or says that it does not.

Its days and its goods stay as they are; who turned it is kept.
"""

from sqlalchemy import select, update

from bonded_display.display.errors import UnknownShelfCode
from bonded_display.display.shelf_code import normal_shelf_code
from bonded_display.display.tables import placement
from kernel import audit, db


def open_shelf_code(code: str) -> str:
    """Let a shelf code sell again within its days; return its one spelling.

    Raises ``UnknownShelfCode``.  Open already: nothing is changed, nothing is audited.
    """
    return _turn(code, "open")


def close_shelf_code(code: str) -> str:
    """Let a shelf code sell no longer; return its one spelling.

    Raises ``UnknownShelfCode``.  Closed already: nothing is changed, nothing is audited.
    """
    return _turn(code, "closed")


def _turn(code: str, state: str) -> str:
    shelf_code = normal_shelf_code(code)
    with db.write() as conn:
        found = conn.execute(
            select(placement.c.id, placement.c.state).where(placement.c.shelf_code == shelf_code)
        ).one_or_none()
        if found is None:
            raise UnknownShelfCode(shelf_code=shelf_code)
        turned = conn.execute(
            update(placement)
            .where(placement.c.id == found.id, placement.c.state != state)
            .values(state=state)
        )
        if turned.rowcount:
            audit.record(
                conn,
                f"display.shelf_code_{state}",
                subject=f"placement:{found.id}",
                detail={"shelf_code": shelf_code},
            )
    return shelf_code
