"""Decides what the commands of whoever runs the house print; what is told is their neighbours'."""

import json
import sys
from argparse import Namespace
from contextlib import closing

from bonded_display.customs.transport.choose import bad_folder
from bonded_display.customs.transport.parking import count_parked
from kernel.config import Config
from kernel.db import Database
from shop.operations.health.shape import BAD
from shop.operations.health.told import as_json, look


def tell_operations(settings: Config, _: Namespace) -> int:
    """Print how the machine stands as JSON; 1 when a figure is bad.

    It writes nothing and takes no number, so that it answers where the house cannot be opened.
    """
    mail_aside = count_parked(bad_folder(settings))
    with closing(Database(settings.database_url, pool_size=1)) as database, database.read() as conn:
        health = look(conn, mail_aside=mail_aside)
    json.dump(as_json(health), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
    return 1 if health.level == BAD else 0
