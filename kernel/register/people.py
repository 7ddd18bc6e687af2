"""Decides how a person is known by ID number and kept sealed; whether it is true is accounts'."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, select, text

from kernel import clock, crypto, ids
from kernel.register.entries import NotRegistered, Person
from kernel.register.tables import person

PURPOSE = "person.id_number"
_WRITE = text(
    "INSERT INTO person (id, id_lookup, person_sealed, created_at)"
    " VALUES (:id, :id_lookup, :person_sealed, :created_at) ON CONFLICT (id_lookup) DO NOTHING"
)


def person_lookup(id_number: str) -> str:
    """Return the keyed hash under which the register and the limits know an ID number."""
    return crypto.lookup(id_number.upper(), PURPOSE)


def put_person(conn: Connection, *, name: str, id_number: str) -> Person:
    """Return the person of an ID number, written sealed the first time; a new name replaces."""
    known = _find_person(conn, id_number)
    if known is None:
        person_id = ids.new()
        row = {
            "id": person_id,
            "id_lookup": person_lookup(id_number),
            "person_sealed": _sealed_person(person_id, name, id_number),
            "created_at": clock.now(),
        }
        conn.execute(_WRITE, row)
        known = _find_person(conn, id_number)
        assert known is not None
    if known.name != name:
        sealed = _sealed_person(known.id, name, id_number)
        conn.execute(person.update().where(person.c.id == known.id).values(person_sealed=sealed))
    return replace(known, name=name)


def get_person(conn: Connection, person_id: int) -> Person:
    """Return a person unsealed; raises ``NotRegistered`` (NotFound)."""
    row = conn.execute(select(person).where(person.c.id == person_id)).one_or_none()
    if row is None:
        raise NotRegistered(kind="person", key=person_id)
    return _opened(row)


def _find_person(conn: Connection, id_number: str) -> Person | None:
    lookups = crypto.lookups(id_number.upper(), PURPOSE)
    row = conn.execute(select(person).where(person.c.id_lookup.in_(lookups))).one_or_none()
    return None if row is None else _opened(row)


def _opened(row: Row[Any]) -> Person:
    content = crypto.unseal_json(row.person_sealed, f"person:{row.id}")
    return Person(row.id, row.id_lookup, content["name"], content["id_number"])


def _sealed_person(person_id: int, name: str, id_number: str) -> bytes:
    content = {"name": name, "id_number": id_number.upper()}
    return crypto.seal_json(content, f"person:{person_id}")
