"""A small promotion at the whole house; every invariant holds, and breaks when it is broken."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from sqlalchemy import Connection, create_engine, text

from load import invariants
from load.invariants import rules
from load.peak import __main__ as peak
from load.peak import report
from load.peak.profiles import PROFILES
from load.peak.run import Ran, run
from load.peak.site import PRODUCT
from load.trade import invariants as trade
from tests.arch.house_rules import PRODUCT as ROOMS
from tests.arch.house_rules import ROOT
from tests.flow.load_plants import NOTES, ROWS

SMALL = replace(
    PROFILES["promotion"],
    shoppers=8,
    tills=2,
    orders=12,
    seconds=40,
    arriving_per_s=20.0,
    past=100,
)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """One promotion for all tests of this file; its programs have ended, its database stands."""
    folder = tmp_path_factory.mktemp("load")
    with run(SMALL, folder) as done:
        assert [one.cmdline() for one in programs_of(folder)] == []
        yield done


def programs_of(folder: Path) -> Iterator[psutil.Process]:
    """Return the processes that were started for the house in a folder."""
    for one in psutil.process_iter():
        with suppress(psutil.Error):
            if one.environ().get("QIANZHAN_HOME") == str(folder):
                yield one


@contextmanager
def books(ran: Ran) -> Iterator[Connection]:
    """Open the books so that whatever is changed in them is gone afterwards."""
    engine = create_engine(ran.server.url(PRODUCT))
    try:
        with engine.connect() as connection, connection.begin() as changes:
            connection.execute(text("SET session_replication_role = replica"))  # no triggers
            yield connection
            changes.rollback()
    finally:
        engine.dispose()


@pytest.mark.timeout(240)
def test_a_promotion_sells_what_is_there_and_all_invariants_hold(ran):
    """The hot article runs short, the guarantee ends, a payment frees it: the books agree."""
    assert ran.wrong == []
    assert list(ran.found) == list(invariants.NAMES)
    placed = [one for one in ran.notes if one["kind"] == "placed"]
    stock = SMALL.orders * SMALL.stock_bp // 10_000
    assert len(placed) >= stock
    assert 0 < sum(one["qty"] for one in placed if one["hot"]) <= stock
    assert Counter(one["kind"] for one in ran.notes)["sale"] > 0
    assert ran.crowd["counts"]["handed in by a partner"] > 0


@pytest.mark.timeout(240)
def test_lists_wait_for_the_guarantee_until_the_period_is_paid(ran):
    """It never holds more than its limit; once the slip is paid the queue is empty."""
    assert ran.queued > 0
    assert ran.freed_fen > 0
    assert all(one["held_fen"] <= one["limit_fen"] for one in ran.moments)
    assert max(one["queued"] for one in ran.moments) >= ran.queued
    assert ran.moments[-1]["queued"] == 0


@pytest.mark.timeout(240)
def test_every_planted_row_breaks_the_invariant_it_is_about(ran):
    """One row is changed behind the product's back, without triggers; the next one in its place."""
    for (invariant, rule), changes in ROWS.items():
        with books(ran) as connection:
            for change in changes:
                assert connection.execute(text(change)).rowcount != 0, change
            found = invariants.compare(connection, ran.notes, ran.theirs)

        assert rule in {one.rule for one in found[invariant]}, (invariant, rule)
        assert replace(ran, found=found).wrong


@pytest.mark.timeout(240)
def test_a_word_of_the_server_that_is_not_stored_breaks_the_acknowledged(ran):
    """What was said is changed instead of what is kept: an order, a payment, a sale more or less."""
    for rule, change in NOTES.items():
        with books(ran) as connection:
            notes = change([dict(one) for one in ran.notes])
            found = invariants.compare(connection, notes, ran.theirs)

        assert rule in {one.rule for one in found[rules.ACKNOWLEDGED]}, rule
        assert [name for name, seen in found.items() if seen] == [rules.ACKNOWLEDGED]


def test_every_rule_has_its_planted_corruption():
    """A rule that cannot find anything is none; every invariant has at least one."""
    named = {(name, rule) for name, queries in rules.RULES.items() for rule in queries}
    named |= {(name, rule) for rule, name in rules.OF_RULE.items()}
    named |= {(name, rules.PIECES) for name in rules.OF_PIECES.values()}
    other_side = {(rules.OTHER_SIDE, "customs tells the same goods")}

    assert named | other_side == set(ROWS)
    assert {name for name, _ in ROWS} | {rules.ACKNOWLEDGED} == set(invariants.NAMES)


def test_every_comparison_of_the_trade_belongs_to_an_invariant():
    """A comparison was added to the trade's: it says here which invariant it keeps."""
    assert trade.RULES.keys() <= rules.OF_RULE.keys() | {rules.PIECES}


@pytest.mark.timeout(240)
def test_a_difference_fails_the_run_by_the_invariants_name(ran, monkeypatch, capsys, tmp_path):
    """The verb prints it, writes it into the report and returns 1."""
    broken = trade.Difference("a rule", "QZ1", "1", "2")

    @contextmanager
    def made_up(_profile, _folder):
        yield replace(ran, found=ran.found | {rules.LOTS: [broken]})

    odd = replace(ran, crowd={**ran.crowd, "failures": ["1 x order: answered 500"]})
    assert odd.wrong == ["1 x order: answered 500"]
    monkeypatch.setattr(peak, "run", made_up)
    monkeypatch.setattr(report.harness, "RESULTS", tmp_path)

    assert peak.main(["promotion"]) == 1

    said = capsys.readouterr()
    assert f"BROKEN  {rules.LOTS}" in said.out
    assert "QZ1: 1 expected, 2 found" in said.out
    assert f"FAIL: {rules.LOTS}: 1 differences" in said.err
    page = (tmp_path / "load-promotion.html").read_text(encoding="utf-8")
    assert "QZ1: 1 expected, 2 found" in page


@pytest.mark.timeout(240)
def test_the_report_has_its_curves_and_fetches_nothing(ran, tmp_path):
    """One file: no address in it, a polyline for each curve."""
    page = report.write(ran, folder=tmp_path).read_text(encoding="utf-8")

    assert page.count("<polyline") == sum(len(field.lines) for field in report.fields(ran)) > 10
    assert "http" not in page
    assert not any(word in page for word in ("src=", "href=", "@import", "url("))
    assert all(name in page for name in invariants.NAMES)


def test_the_crowd_imports_nothing_of_the_product():
    """Locust patches the standard library: no module of ours may be in its process."""
    look = (
        "import load.crowd.__main__, sys\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True
    )
    there = set(done.stdout.split())

    assert "locust" in there
    assert "gevent" in there
    assert there & set(ROOMS) == set()
