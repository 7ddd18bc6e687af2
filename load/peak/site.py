"""Decides which programs a load needs: those of a soak, with a guarantee deposited at customs.

Customs' clock alone can be moved, so that a tax period may end while the machine's day goes on.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from load import postgres
from load.peak.profiles import Profile
from load.peak.sheets import guarantee_fen, write_sheets
from load.postgres import Server
from load.sample import PLATFORM
from load.seed.fill import Size, fill
from load.site import free_port
from load.soak.programs import Program, SoakSite

PRODUCT = "load"
PROCESSES = 2
"""Of the server: they share nothing but the database."""
PAST_ITEMS = 200
"""Articles that the past orders were for."""
PLENTY_FEN = 10_000_000
"""What the bench's sample files."""


@dataclass(frozen=True)
class LoadSite(SoakSite):
    """The product and its other side under a load."""

    @property
    def environment(self) -> dict[str, str]:
        """Return the settings as environment variables."""
        return super().environment | {"SIMULATORS_CLOCK": str(self.folder / "clock")}

    def move_their_clock(self, by_ms: int) -> None:
        """Put the other side's clock off the machine's; read anew at every question."""
        fresh = self.folder / "clock.new"
        fresh.write_text(str(by_ms), encoding="ascii")
        fresh.replace(self.folder / "clock")

    def deposit(self, profile: Profile) -> None:
        """Let customs know the guarantee itself: it refuses what goes beyond."""
        fen = guarantee_fen(profile) if profile.guarantee_bp else PLENTY_FEN
        yuan = f"{fen // 100}.{fen % 100:02d}"
        filed = {"assure_code": PLATFORM, "purpose": "retail_tax", "limit_yuan": yuan}
        file = self.folder / "theirs" / "guarantees.json"
        file.write_text(json.dumps([filed]), encoding="utf-8")

    def words_of(self, name: str) -> list[str]:
        """Return the words of a program; customs is told of the guarantee."""
        words = super().words_of(name)
        if name == "customs":
            words += ["--guarantees", str(self.folder / "theirs" / "guarantees.json")]
        return words


@contextmanager
def installed(folder: Path, profile: Profile) -> Iterator[tuple[Server, LoadSite]]:
    """Give a database server of its own with the product installed on it; nothing serves yet."""
    with postgres.running() as server:
        with server.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {PRODUCT}")
        site = LoadSite(folder, server.url(PRODUCT), free_port(), PROCESSES)
        site.move_their_clock(0)
        write_sheets(folder / "sheets", profile)
        site.install(folder / "sheets")
        site.issue_keys()
        site.write_their_files()
        site.deposit(profile)
        if profile.past:
            fill(site, Size(profile.past, items=PAST_ITEMS))
        yield server, site


@contextmanager
def working(site: LoadSite, *, workers: int) -> Iterator[None]:
    """Run the other side, the server and the workers while the block runs; all end with it."""
    with ExitStack() as stack:
        stack.enter_context(site.others())
        stack.enter_context(site.serving())
        for _ in range(workers):
            worker = Program("worker", site, ["shop.cli", "worker"])
            stack.callback(worker.stop)
        yield
