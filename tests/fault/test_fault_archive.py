"""An archive's program is killed between its steps: run again, nothing is lost and nothing is twice."""

import signal
import subprocess
import sys

import pytest

from kernel import clock as told_clock
from settlement.payments import providers
from shop.archive.errors import ArchiveBroken
from shop.archive.read import sums
from shop.archive.run import archive
from tests.arch.house_rules import ROOT
from tests.db.shop.archived import archived, cut, long_ago, whole
from tests.support import sample_house
from tests.support.wallet import Wallet

PROGRAM = """
import os, signal, sys
from pathlib import Path
from kernel import clock, config, db, ids
from shop.archive.run import archive
from shop.archive.terms import cut_at

url, at, folder, step = sys.argv[1:]
clock.use(lambda: int(at))
config.use(config.load(None, {"QIANZHAN_HOME": folder}))
db.use(db.Database(url))
ids.use(ids.Mint(0, 2))
seen = []

def die(name):
    seen.append(name)
    if name == step and seen.count(name) == 2:
        os.kill(os.getpid(), signal.SIGKILL)

archive(cut_at("2030-06", config.current()), Path(folder), most=1, step=die)
"""


@pytest.fixture
def made(database, tmp_path, clock):
    """A trade of four years ago."""
    wallet = Wallet()
    providers.use({wallet.name: wallet})
    with sample_house.flowing():
        yield long_ago(sample_house.load(tmp_path / "sheets", on_hand=10), wallet, clock)
    sample_house.forget()
    providers.use({})


@pytest.mark.parametrize("step", ["copy", "delete", "settle"])
def test_who_was_killed_runs_it_again_and_nothing_is_lost(made, database, tmp_path, step):
    """Before the second copy, between copy and deletion, between deletion and its mark."""
    before = whole()
    folder = tmp_path / "out"
    given = [database.url, str(told_clock.now()), str(folder), step]

    ended = subprocess.run([sys.executable, "-c", PROGRAM, *given], cwd=ROOT, check=False)
    with pytest.raises(ArchiveBroken):
        sums(folder / "before-2030-06.sqlite")
    between = whole()
    archive(cut(), folder, most=3)

    assert ended.returncode == -signal.SIGKILL
    assert between["checkout"] < before["checkout"] or step != "settle"
    left, gone = whole(), archived(folder / "before-2030-06.sqlite")
    assert all(left[name] | gone[name] == before[name] for name in before)
    assert all(not left[name] & gone[name] for name in before)
    assert len(gone["checkout"]) == 2
