"""Decides what a trade is told beforehand: who buys, what stands on which shelf, who works here."""

import json
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Person:
    """An invented shopper as written in the world's file."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    phone: str = field(repr=False)
    district: str
    district_code: str
    address: str = field(repr=False)


@dataclass(frozen=True)
class Staff:
    """A member of staff; an outlet's code, or empty."""

    login: str
    role: str
    outlet: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Till:
    """A till in an outlet: where its journal and its key lie, and its printer's address."""

    outlet: str
    name: str
    journal: str
    key_file: str
    printer: str


@dataclass(frozen=True)
class World:
    """Where the sheets lie, and everybody in the trade."""

    sheets: Path
    shelves: tuple[str, ...]
    people: tuple[Person, ...]
    staff: tuple[Staff, ...]
    till: Till


def read_world(file: Path) -> World:
    """Return the world written in a JSON file."""
    said = json.loads(file.read_text(encoding="utf-8"))
    return World(
        sheets=Path(said["sheets"]),
        shelves=tuple(said["shelves"]),
        people=tuple(Person(**one) for one in said["people"]),
        staff=tuple(Staff(**one) for one in said["staff"]),
        till=Till(**said["till"]),
    )
