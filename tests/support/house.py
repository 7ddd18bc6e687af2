"""Decide what stands in a fresh database: what the migrations make, and nothing else.

Which server it lies on is ``databases``' business; rows are put in by each test.
"""

import importlib
from pathlib import Path

from sqlalchemy import MetaData

from kernel import db
from shop import migrate

ROOT = Path(__file__).parents[2]


def build(url: str) -> None:
    """Bring the empty database at ``url`` to this release by our migrations, as a house does.

    That they make what the rooms declare, no more and no less, is a test of ``tests/db/shop``.
    """
    migrate.upgrade(url)


def declared() -> MetaData:
    """Return what the rooms declare, all of it, whatever was imported before."""
    for module in table_modules():
        importlib.import_module(module)
    return db.metadata


def table_modules() -> list[str]:
    """Return the modules that add tables: in the kernel any, in a room its ``tables``.

    The terminal keeps a journal of its own on the counter, which is another database.
    """
    files = [path for path in (ROOT / "kernel").rglob("*.py") if "Table(" in path.read_text()]
    for room in ("settlement", "bonded_display", "pos/server", "shop"):
        files += (ROOT / room).rglob("tables.py")
    return sorted(".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files)
