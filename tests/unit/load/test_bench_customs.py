"""The customs bench declares orders that are fit, compares like with like, and says what it missed."""

import json
import subprocess
import sys

import pytest

from bonded_display.customs.messages import rules_1210
from bonded_display.customs.messages.ceb311 import CEB311
from bonded_display.customs.messages.ceb621 import CEB621
from bonded_display.customs.messages.table import faults
from load.customs.bench import Slice, judge
from load.customs.floor import Spent
from load.customs.lists import made
from load.harness import ROOT
from tests.support.seams import START
from tests.unit.customs.examples import GUID


def test_every_order_of_the_bench_is_fit_and_its_own() -> None:
    """One to five lines; not two of the same number, person or place."""
    seen = set()
    for number in range(60):
        one = made(number, START)
        order, listed = one.order_texts(GUID, START), one.list_texts(GUID, START)
        assert faults(CEB311, order) + faults(CEB621, listed) == []
        assert rules_1210.order_faults(order) + rules_1210.list_faults(listed) == []
        assert rules_1210.pair_faults(order, listed) == []
        seen.add((listed.head["copNo"], order.head["buyerName"], order.head["consigneeAddress"]))

    assert len(seen) == 60
    assert {len(made(number, START).draft.lines) for number in range(60)} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("ours_s", "grown_kb", "code", "said"),
    [
        (20, 0, 0, "0.50 of the floor, memory flat"),
        (21, 0, 1, "0.48 of the floor"),
        (10, 8_192, 0, "memory flat"),
        (10, 8_193, 1, "memory grew by 8193 KB"),
    ],
)
def test_a_missed_goal_is_said_and_fails(ours_s, grown_kb, code, said, capsys) -> None:
    """Each edge: half of the floor, and what memory may grow after the second tenth."""
    slices = [
        Slice(lists=100, ours_s=ours_s, bare=Spent(4, 6), resident_kb=50_000 + grown_kb * (at > 1))
        for at in range(10)
    ]

    assert judge(slices) == code
    assert said in capsys.readouterr().out


def test_the_bench_runs_and_writes_its_figures(tmp_path) -> None:
    """A few lists by both ways; the floor made the same documents, or it would have stopped."""
    words = ["--lists", "12", "--one-by-one", "2", "--results", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "load.customs.bench", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert done.returncode in (0, 1), done.stderr[-2000:]
    rows = {row["case"]: row for row in json.loads((tmp_path / "customs.json").read_text())["rows"]}
    assert rows["built, checked, signed, stored"]["beside"].keys() == {"bare lxml + SM2"}
    assert rows["one by one by the verb"]["median"] > 0
