"""Decides what the commands of whoever runs the house print; what is told is their neighbours'."""

import json
import sys
from argparse import Namespace
from contextlib import closing
from pathlib import Path
from typing import Any

from bonded_display.customs.transport.choose import bad_folder
from bonded_display.customs.transport.parking import count_parked
from kernel.config import Config
from kernel.db import Database
from shop.archive.read import read_order, restore, sums
from shop.archive.run import archive
from shop.archive.terms import cut_at
from shop.house import open_house
from shop.operations.drain import begin_drain, end_drain, wait_until_quiet
from shop.operations.health.shape import BAD
from shop.operations.health.told import as_json, look


def tell_operations(settings: Config, _: Namespace) -> int:
    """Print how the machine stands as JSON; 1 when a figure is bad.

    It writes nothing and takes no number, so that it answers where the house cannot be opened.
    """
    mail_aside = count_parked(bad_folder(settings))
    with closing(Database(settings.database_url, pool_size=1)) as database, database.read() as conn:
        health = look(conn, mail_aside=mail_aside)
    _print(as_json(health))
    return 1 if health.level == BAD else 0


def archive_before(settings: Config, arguments: Namespace) -> int:
    """Archive what is over before a month into a file, and print rows and digests by table."""
    folder = Path(arguments.to or Path(settings.home) / "archive")
    with open_house(settings, with_desk=False):
        told = archive(cut_at(arguments.month, settings), folder)
    _print(told)
    return 0


def tell_archived(_: Config, arguments: Namespace) -> int:
    """Prove an archive and print one order of it, or its sums, or write it into a database."""
    file = Path(arguments.file)
    if arguments.into:
        _print(restore(file, Path(arguments.into)))
    elif arguments.order:
        _print(read_order(file, arguments.order))
    else:
        _print(sums(file))
    return 0


def drain(settings: Config, arguments: Namespace) -> int:
    """Take this machine out of the line and wait for its last requests; 1 when they go on coming."""
    if arguments.end:
        end_drain(settings)
        _say("ready again")
        return 0
    begin_drain(settings)
    quiet = wait_until_quiet(
        settings, most_s=arguments.wait, tell=lambda count: _say(f"answered {count} more")
    )
    _say("nobody asks: stop it now" if quiet else f"still asked after {arguments.wait} s")
    return 0 if quiet else 1


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _print(told: Any) -> None:
    json.dump(told, sys.stdout, ensure_ascii=False, indent=1, default=_sealed)
    sys.stdout.write("\n")


def _sealed(cell: bytes) -> str:
    return f"[{len(cell)} bytes, sealed]"
