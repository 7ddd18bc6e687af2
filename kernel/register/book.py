"""Decides how register entries are written by their code and read; people are in ``people``."""

from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from kernel import ids
from kernel.register.entries import (
    Enterprise,
    Item,
    NotRegistered,
    Outlet,
    SigningKey,
    Warehouse,
)
from kernel.register.tables import (
    enterprise,
    enterprise_role,
    item,
    mandate,
    outlet,
    signing_key,
    warehouse,
)

Entry = TypeVar("Entry", Enterprise, Outlet, Warehouse, Item, SigningKey)


def put_enterprise(conn: Connection, entry: Enterprise) -> Enterprise:
    """Write an enterprise by its credit code; return it with its id."""
    return _put(conn, enterprise, "credit_code", entry)


def put_outlet(conn: Connection, entry: Outlet) -> Outlet:
    """Write an outlet by its code; return it with its id."""
    return _put(conn, outlet, "code", entry)


def put_warehouse(conn: Connection, entry: Warehouse) -> Warehouse:
    """Write a warehouse by its code; return it with its id."""
    return _put(conn, warehouse, "code", entry)


def put_item(conn: Connection, entry: Item) -> Item:
    """Write an item by its SKU; return it with its id."""
    return _put(conn, item, "sku", entry)


def put_signing_key(conn: Connection, entry: SigningKey) -> SigningKey:
    """Write a certificate by its key number; return it with its id."""
    return _put(conn, signing_key, "key_no", entry)


def put_role(
    conn: Connection, enterprise_id: int, role: str, *, from_on: date, to_on: date | None = None
) -> None:
    """Write what an enterprise is filed as, and when."""
    row = {
        "enterprise_id": enterprise_id,
        "role": role,
        "filed_from_on": from_on,
        "filed_to_on": to_on,
    }
    _upsert(conn, enterprise_role, ("enterprise_id", "role"), row)


def put_mandate(
    conn: Connection, parties: tuple[int, int], purpose: str, *, from_on: date, to_on: date | None
) -> None:
    """Write that the second of ``parties`` (ids) may act for the first as ``purpose``."""
    row = {
        "principal_id": parties[0],
        "agent_id": parties[1],
        "purpose": purpose,
        "valid_from_on": from_on,
        "valid_to_on": to_on,
    }
    _upsert(conn, mandate, ("principal_id", "agent_id", "purpose"), row)


def get_enterprise(conn: Connection, enterprise_id: int) -> Enterprise:
    """Return an enterprise; raises ``NotRegistered`` (NotFound)."""
    return _get(conn, enterprise, Enterprise, id=enterprise_id)


def get_enterprise_by_code(conn: Connection, customs_code: str) -> Enterprise:
    """Return the enterprise of a customs code; raises ``NotRegistered`` (NotFound)."""
    return _get(conn, enterprise, Enterprise, customs_code=customs_code)


def get_outlet(conn: Connection, outlet_id: int) -> Outlet:
    """Return an outlet; raises ``NotRegistered`` (NotFound)."""
    return _get(conn, outlet, Outlet, id=outlet_id)


def get_outlet_by_code(conn: Connection, code: str) -> Outlet:
    """Return the outlet of a code; raises ``NotRegistered`` (NotFound)."""
    return _get(conn, outlet, Outlet, code=code)


def own_places(conn: Connection) -> list[tuple[str, str, str]]:
    """Return name, address and phone of every outlet and warehouse."""
    found: list[tuple[str, str, str]] = []
    for table in (outlet, warehouse):
        rows = conn.execute(select(table.c.name, table.c.address, table.c.phone))
        found += [(row.name, row.address, row.phone) for row in rows]
    return found


def get_warehouse(conn: Connection, warehouse_id: int) -> Warehouse:
    """Return a warehouse; raises ``NotRegistered`` (NotFound)."""
    return _get(conn, warehouse, Warehouse, id=warehouse_id)


def get_warehouse_by_code(conn: Connection, code: str) -> Warehouse:
    """Return the warehouse of a code; raises ``NotRegistered`` (NotFound)."""
    return _get(conn, warehouse, Warehouse, code=code)


def get_item(conn: Connection, item_id: int) -> Item:
    """Return an item; raises ``NotRegistered`` (NotFound)."""
    return _get(conn, item, Item, id=item_id)


def get_items(conn: Connection, item_ids: Iterable[int]) -> dict[int, Item]:
    """Return items by id; unknown ids are absent."""
    columns = [item.c[part.name] for part in fields(Item)]
    rows = conn.execute(select(*columns).where(item.c.id.in_(sorted(set(item_ids)))))
    return {row.id: Item(**row._mapping) for row in rows}


def get_item_by_sku(conn: Connection, sku: str) -> Item:
    """Return the item of a SKU; raises ``NotRegistered`` (NotFound)."""
    return _get(conn, item, Item, sku=sku)


def get_signing_key(conn: Connection, key_no: str) -> SigningKey:
    """Return the certificate of a key number; raises ``NotRegistered`` (NotFound)."""
    return _get(conn, signing_key, SigningKey, key_no=key_no)


def _put(conn: Connection, table: Table, code: str, entry: Entry) -> Entry:
    row = asdict(entry)
    row["id"] = entry.id or ids.new()
    return replace(entry, id=_upsert(conn, table, (code,), row))


def _upsert(conn: Connection, table: Table, key: tuple[str, ...], row: dict[str, Any]) -> int:
    """Write a row by its key and return its id where it has one; an id once given stays."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(row)
    changes = {name: statement.excluded[name] for name in row if name not in (*key, "id")}
    statement = statement.on_conflict_do_update(index_elements=key, set_=changes)
    first, *_ = table.primary_key.columns
    written: int = conn.execute(statement.returning(first)).scalar_one()
    return written


def _get(conn: Connection, table: Table, kind: type[Entry], **key: int | str) -> Entry:
    ((column, value),) = key.items()
    columns = [table.c[part.name] for part in fields(kind)]
    row = conn.execute(select(*columns).where(table.c[column] == value)).one_or_none()
    if row is None:
        raise NotRegistered(kind=table.name, key=value)
    return kind(**row._mapping)
