"""Decides how many register entries are written in one statement from rows that were staged.

Where they were staged and who checked them is the importing verb's business.
"""

from typing import Any

from sqlalchemy import Connection, Select

from kernel.batch import upsert_from
from kernel.register.tables import enterprise, enterprise_role, item


def put_enterprises_from(conn: Connection, source: Select[Any]) -> None:
    """Write enterprises under their credit code."""
    upsert_from(conn, enterprise, source, key=("credit_code",))


def put_roles_from(conn: Connection, source: Select[Any]) -> None:
    """Write what enterprises are filed as."""
    upsert_from(conn, enterprise_role, source, key=("enterprise_id", "role"))


def put_items_from(conn: Connection, source: Select[Any]) -> None:
    """Write items under their SKU."""
    upsert_from(conn, item, source, key=("sku",))
