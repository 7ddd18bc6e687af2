"""Decides how a database is brought to a release: expand, backfill, contract in the next one.

What each step changes stands in ``migrations/versions``.
"""

import importlib
import pkgutil
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext

import bonded_display
import kernel
import pos
import settlement
import shop
from kernel.db import Database

_ROOMS = (kernel, settlement, bonded_display, pos, shop)


def upgrade(url: str, revision: str = "head") -> str:
    """Bring the database at ``url`` up to ``revision`` and return where it stands."""
    return _run(url, command.upgrade, revision)


def downgrade(url: str, revision: str) -> str:
    """Take the database at ``url`` back to ``revision`` and return where it stands."""
    return _run(url, command.downgrade, revision)


def _run(url: str, verb: object, revision: str) -> str:
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    settings.set_main_option("recursive_version_locations", "true")
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    database = Database(url)
    try:
        with database.engine.begin() as connection:
            settings.attributes["connection"] = connection
            verb(settings, revision)  # type: ignore[operator]  # one of Alembic's commands
            return str(MigrationContext.configure(connection).get_current_revision())
    finally:
        database.close()


def import_tables() -> None:
    """Import every module of the rooms that adds tables, so that the metadata is whole."""
    for room in _ROOMS:
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if module.name.rsplit(".", 1)[-1] == "tables" and "terminal" not in module.name:
                importlib.import_module(module.name)
    for name in ("keys", "nodes", "outbox", "idempotency", "audit", "jobs"):
        importlib.import_module(f"kernel.{name}")
