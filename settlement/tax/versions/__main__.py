"""Answers what versions there are and how two differ: ``python -m settlement.tax versions | diff``.

Reads the database that the settings name; exits as ``settlement.tax`` does.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from kernel import config
from kernel.config import ConfigInvalid
from kernel.db import Database
from kernel.errors import Problem, Refusal
from settlement.tax.ask import told
from settlement.tax.versions.difference import difference, versions
from settlement.tax.versions.told import difference_told, version_told

ANSWERED, REFUSED, UNREAD = 0, 1, 2


def main(argv: list[str] | None = None) -> int:
    """Ask the database, print the answer, return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m settlement.tax")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    verbs.add_parser("versions").set_defaults(run=_versions)
    diff = verbs.add_parser("diff")
    diff.add_argument("old_no", type=int)
    diff.add_argument("new_no", type=int)
    diff.set_defaults(run=_difference)
    asked = parser.parse_args(argv)
    try:
        _say(asked.run(asked))
    except ConfigInvalid as invalid:
        print(invalid, file=sys.stderr)
        return UNREAD
    except Problem as problem:
        refused = isinstance(problem, Refusal)
        _say({"verdict": "refuse" if refused else "unread", **told(problem)})
        return REFUSED if refused else UNREAD
    return ANSWERED


def _versions(_: argparse.Namespace) -> dict[str, Any]:
    with _reading() as conn:
        return {"versions": [version_told(version) for version in versions(conn)]}


def _difference(asked: argparse.Namespace) -> dict[str, Any]:
    with _reading() as conn:
        return difference_told(difference(conn, asked.old_no, asked.new_no))


@contextmanager
def _reading() -> Iterator[Connection]:
    database = Database(config.load(None, os.environ).database_url)
    try:
        with database.read() as conn:
            yield conn
    finally:
        database.close()


def _say(said: dict[str, Any]) -> None:
    print(json.dumps(said, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    sys.exit(main())
