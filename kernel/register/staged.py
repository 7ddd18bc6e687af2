"""Decides how many register entries are written in one statement from rows that were staged.

Where they were staged and who checked them is the importing verb's business.
"""

from typing import Any

from sqlalchemy import Connection, Select, update

from kernel.batch import insert_new_from, upsert_from
from kernel.register.tables import enterprise, enterprise_role, item


def put_enterprises_from(conn: Connection, source: Select[Any]) -> None:
    """Write enterprises under their credit code; roles filed with the same days go with them."""
    _move_roles(conn, source)
    upsert_from(conn, enterprise, source, key=("credit_code",))


def _move_roles(conn: Connection, source: Select[Any]) -> None:
    """Give roles the new days of their enterprise, unless they are filed with days of their own."""
    new = source.subquery()
    statement = update(enterprise_role).where(
        enterprise_role.c.enterprise_id == enterprise.c.id,
        enterprise.c.credit_code == new.c.credit_code,
    )
    days = ("filed_from_on", "filed_to_on")
    for name in days:
        same = enterprise_role.c[name].is_not_distinct_from(enterprise.c[name])
        statement = statement.where(same)
    conn.execute(statement.values({name: new.c[name] for name in days}))


def put_roles_from(conn: Connection, source: Select[Any]) -> None:
    """Write what enterprises are filed as; a role that stands is left as it is."""
    names = [column.name for column in source.selected_columns]
    insert_new_from(conn, enterprise_role, names, source)


def put_items_from(conn: Connection, source: Select[Any]) -> None:
    """Write items under their SKU."""
    upsert_from(conn, item, source, key=("sku",))
