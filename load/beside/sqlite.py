"""Decides what placing is on SQLite: the default of a small house, one process, one writer."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from load import figures
from load.harness import ROOT
from load.order_cases import AnswersWrong
from load.order_rig import CHECKOUT, HOT, open_shop
from load.site import Site, free_port
from load.wrk import Load, send

FILE = "house.db"


@dataclass
class OnSqlite:
    """A house of its own on a file."""

    site: Site
    load: Load
    _runs: int = 0

    def place(self) -> float:
        """Return orders a second; every order that was answered must be there, and no other."""
        self._runs += 1
        before, counted = self._orders(), figures.read(self.site.url)
        script, words = ROOT / "load" / "place.lua", [str(self.site.folder / "forms.tsv")]
        words += [f"lite{self._runs:03d}", HOT]
        sent = send(self.site.url, script, self.load, arguments=words)
        answers = figures.read(self.site.url).since(counted).answers(CHECKOUT)
        grown = self._orders() - before
        if set(answers) != {"303"} or sent.socket_errors or not grown == answers["303"] > 0:
            raise AnswersWrong(f"SQLite: {answers} answered, {grown} stand, wrk saw {sent}")
        return sent.per_second

    def _orders(self) -> int:
        with sqlite3.connect(self.site.folder / FILE) as connection:
            return int(connection.execute("SELECT count(*) FROM customs_order").fetchone()[0])


@contextmanager
def on_sqlite(folder: Path, load: Load, *, people: int) -> Iterator[OnSqlite]:
    """Install and serve it in a new folder."""
    folder.mkdir()
    site = Site(folder, f"sqlite:///{folder / FILE}", free_port(), 1)
    with open_shop(site, people=people):
        yield OnSqlite(site, load)
