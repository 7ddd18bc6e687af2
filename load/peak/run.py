"""Decides the order of a load: install, come, drain, end every program, compare the books.

The database stays until the block ends, for whoever looks at it further.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from kernel import config, db
from load import invariants
from load.crowd.noted import read_notes
from load.crowd.plan import Plan, write_plan
from load.harness import ROOT
from load.invariants.compare import Found
from load.peak import drain
from load.peak.moments import Moment, Moments
from load.peak.people import invite
from load.peak.profiles import Profile
from load.peak.site import installed, working
from load.postgres import Server
from load.seed.fill import quick_to_compare
from shop.house import open_house

WORKERS = 2
CROWD_ENDS_S = 90.0
"""How long after its time a crowd may still be there."""


@dataclass(frozen=True)
class Ran:
    """What a load came to: the crowd's figures, the house's moments, the books compared."""

    profile: Profile
    server: Server
    crowd: Mapping[str, Any]
    moments: Sequence[Moment]
    notes: Sequence[Mapping[str, Any]]
    theirs: Sequence[Mapping[str, Any]]
    found: Found
    queued: int
    """How many lists waited for the guarantee when only they did."""
    freed_fen: int

    @property
    def wrong(self) -> list[str]:
        """Return what fails the run, in words; nothing when all is well."""
        told = [f"{name}: {len(found)} differences" for name, found in self.found.items() if found]
        told += self.crowd["failures"] + self.crowd["raised"]
        if self.profile.guarantee_bp and not self.queued:
            told.append("the guarantee never ran out: the wave was smaller than planned")
        return told


@contextmanager
def run(profile: Profile, folder: Path) -> Iterator[Ran]:
    """Run a load in an empty folder; its programs have ended when the block begins.

    Raises ``load.peak.drain.Stands`` when it does not drain, ``RuntimeError`` for a program that
    does not start.
    """
    with (
        installed(folder, profile) as (server, site),
        open_house(config.load(None, site.environment), with_desk=False),
    ):
        moments, freed_fen, queued = Moments(), 0, 0
        with working(site, workers=WORKERS), moments.kept_each_second():
            print(f"{profile.name}: {profile.why}", flush=True)
            plan = invite(site, profile, folder)
            crowd = _come(plan, folder)
            if profile.guarantee_bp and _runs_out(profile, plan):
                queued = int(drain.drain_until_full(moments)["queued"])
                print(f"{queued} lists wait for the guarantee; the period is paid", flush=True)
                freed_fen = drain.pay_the_period(site, moments)
            drain.drain(moments)
            print("drained; the books are compared", flush=True)
            theirs = requests.get(f"{site.other('customs')}/books/lists", timeout=60).json()
        notes = read_notes(plan.acknowledged)
        with quick_to_compare(site.database_url), db.read() as connection:
            found = invariants.compare(connection, notes, theirs["lists"])
        yield Ran(
            profile=profile,
            server=server,
            crowd=crowd,
            moments=moments.kept,
            notes=notes,
            theirs=theirs["lists"],
            found=found,
            queued=queued,
            freed_fen=freed_fen,
        )


def _come(plan: Plan, folder: Path) -> Mapping[str, Any]:
    """Let the crowd come in a process of its own; return its figures."""
    write_plan(folder / "plan.json", plan)
    with (folder / "crowd.log").open("wb") as log:
        done = subprocess.run(
            [sys.executable, "-m", "load.crowd", str(folder / "plan.json")],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stderr=log,
            timeout=plan.seconds + CROWD_ENDS_S,
            check=False,
        )
    if done.returncode != 0:
        said = (folder / "crowd.log").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"the crowd broke off: {said}")
    figures: dict[str, Any] = json.loads(plan.figures.read_text(encoding="utf-8"))
    return figures


def _runs_out(profile: Profile, plan: Plan) -> bool:
    """Whether the wave was large enough for its guarantee to end, by what was acknowledged."""
    paid: int = sum(one["kind"] == "money" for one in read_notes(plan.acknowledged))
    return paid * 10_000 > profile.orders * profile.guarantee_bp
