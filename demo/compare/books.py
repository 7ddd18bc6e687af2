"""Decide how books on disk are read: SQLite files read-only, or a PostgreSQL database."""

import sqlite3
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

Row = dict[str, Any]


class Book:
    """One database; ``None`` as its place is a book nobody keeps: every table is empty."""

    def __init__(self, place: str | Path | None) -> None:
        text = str(place or "")
        self._sqlite: sqlite3.Connection | None = None
        self._pg: psycopg.Connection[Row] | None = None
        if text.startswith("postgresql"):
            address = text.replace("postgresql+psycopg://", "postgresql://", 1)
            self._pg = psycopg.connect(address, row_factory=dict_row, autocommit=True)
        elif place is not None:
            file = Path(text.removeprefix("sqlite:///"))
            if not file.is_file():
                raise FileNotFoundError(f"{file}: no such book")
            self._sqlite = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
            self._sqlite.row_factory = sqlite3.Row

    @property
    def is_kept(self) -> bool:
        """Whether anybody keeps this book."""
        return self._sqlite is not None or self._pg is not None

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Return the rows that ``sql`` (with ``?``) reads."""
        if self._pg is not None:
            return list(self._pg.execute(sql.replace("?", "%s"), values))
        if self._sqlite is None:
            return []
        return [dict(row) for row in self._sqlite.execute(sql, tuple(values))]

    def close(self) -> None:
        """Close it."""
        for opened in (self._sqlite, self._pg):
            if opened is not None:
                opened.close()


def fen(yuan: object) -> int:
    """Return a decimal text in CNY as whole fen."""
    return _whole(yuan, 100)


def e5(number: object) -> int:
    """Return a decimal text as an integer of 1/100,000."""
    return _whole(number, 100_000)


def _whole(number: object, parts: int) -> int:
    return int((Decimal(str(number or "0").strip()) * parts).quantize(Decimal(1), ROUND_HALF_UP))
