"""A round of each fault: whatever ends, hangs, fills up or runs dry, no order is lost or doubled."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.arch.house_rules import ROOT

ROUNDS = {"postgresql": 15, "sqlite": 7}
KILLS = {
    "postgresql": {
        "server killed at a placing",
        "server killed at a capture",
        "server killed at random",
        "server's watcher killed",
        "worker killed at a fact",
        "worker killed at random",
        "database killed",
        "database killed at a commit",
        "everything killed",
    },
    "sqlite": {"server killed at a placing", "worker killed at random", "everything killed"},
}
TROUBLES = {
    "postgresql": {
        "slow commits",
        "disk full",
        "pool exhausted",
        "clock stepped",
        "committer hangs",
        "deadlocks by a foreign writer",
    },
    "sqlite": {
        "disk full",
        "clock stepped",
        "committer hangs",
        "file held by a foreign writer",
    },
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
def test_after_each_fault_acknowledged_orders_are_there_once(kind: str, tmp_path: Path) -> None:
    """Each fault once, under load, every request sent twice while the article sells out."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "load.faults", "--rounds", str(ROUNDS[kind]), "--seed", "7"),
            *("--on", kind, "--orders", "12", "--hands", "5", "--out", str(tmp_path / "out.json")),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=560,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    told = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    ran = {one["fault"] for one in told["rounds"]}
    assert ran | {one["fault"] for one in told["not run"]} == KILLS[kind] | TROUBLES[kind]
    assert ran >= (KILLS[kind] | TROUBLES[kind]) - {"disk full"}
    assert len(told["rounds"]) == ROUNDS[kind]
    for one in told["rounds"]:
        assert one["in flight"] > 0, "a round with no request in flight does not count"
        assert one["verdict"] == "holds"
        assert one["sold"] == one["stock"]
