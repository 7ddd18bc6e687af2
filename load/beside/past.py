"""Decides what the order path is on a database in which very many orders lie already.

It is a copy of the bench's own, with past orders seeded, served by processes of its own; the
shoppers and their forms are the same.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from load.floor.floors import copy_database
from load.order_rig import Rig
from load.seed.fill import Size, fill
from load.site import free_port

PAST = "past"
ITEMS = 50_000


@contextmanager
def with_past(rig: Rig, orders: int) -> Iterator[Rig]:
    """Serve a copy of ``rig`` with so many past orders and give it."""
    copy_database(rig.server, rig.database, PAST)
    folder = rig.folder / PAST
    shutil.copytree(rig.folder, folder, ignore=shutil.ignore_patterns("metrics", PAST))
    url = rig.server.url(PAST)
    site = replace(rig.site, folder=folder, database_url=url, port=free_port())
    fill(site, Size(orders, items=ITEMS))
    with site.serving():
        yield replace(rig, site=site, folder=folder, database=PAST)
