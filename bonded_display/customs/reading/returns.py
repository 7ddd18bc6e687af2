"""Decide what pages read of a goods return at customs; nothing is changed here."""

from typing import Any

from sqlalchemy import Connection, select

from bonded_display.customs.changes.tables import goods_return


def declared_return(conn: Connection, return_id: int) -> Any | None:
    """Return the goods return (625) of this number, or None while it is not declared."""
    return conn.execute(select(goods_return).where(goods_return.c.id == return_id)).one_or_none()
