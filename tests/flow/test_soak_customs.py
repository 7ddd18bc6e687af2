"""Five hundred orders meet every kind of trouble, a worker is killed, and all books agree."""

import subprocess
import sys

import pytest

from load.soak import plan
from load.soak.plan import Fate
from load.soak.processor import taken_s
from tests.arch.house_rules import ROOT

ORDERS = 500


def soak(*words: str) -> "subprocess.CompletedProcess[str]":
    """Run a soak to its end."""
    return subprocess.run(
        [sys.executable, "-m", "load.soak", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=540,
        check=False,
    )


@pytest.mark.timeout(600)
def test_five_hundred_orders_end_as_was_expected_before():
    """Refusals of each class, duplicates, disorder, lost answers; one worker dies at work."""
    done = soak("--orders", str(ORDERS), "--kills", "1")

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert "1 workers killed" in done.stdout
    assert "0 totals and 0 names differ" in done.stdout


def test_a_plan_is_the_same_for_its_seed_and_meets_each_fate():
    """Five of a hundred are rejected, in every class; two come twice, two in disorder."""
    fates = plan.fates(20_000, seed=5)

    assert fates == plan.fates(20_000, seed=5) != plan.fates(20_000, seed=6)
    wanted = plan.expected(fates)
    rejected = [*plan.FOR_A_PERSON, *plan.REFUNDED, Fate.PRESENT]
    assert sum(wanted.by_fate[fate] for fate in rejected) == 1_000
    assert (wanted.by_fate["duplicate"], wanted.by_fate["disorder"]) == (400, 400)
    assert wanted.by_fate["receipt_lost"] == 200
    assert wanted.released == 20_000 - 400 - 400
    assert wanted.paid_fen == 20_000 * 1_189


def test_what_a_program_took_counts_with_all_that_it_started():
    """A program whose work is done by another one, ended since, is charged with it."""
    burn = "from time import process_time as now\nwhile now() < 0.4: pass"
    child = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {burn!r}])\n"

    with subprocess.Popen(
        [sys.executable, "-c", child + "print('done', flush=True)\ninput()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "done\n"
        taken = taken_s(program.pid)

    assert taken >= 0.4
    assert taken_s(program.pid) == 0.0
