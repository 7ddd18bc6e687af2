"""Versions of tariff and positive list: which one counts, and how two of them differ."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import literal, select, union_all

from kernel.db import Database
from settlement.tax.errors import PositiveListFirst, TariffMissing, VersionsUnlike, VersionUnknown
from settlement.tax.rates import ConsumptionRule, Tariff
from settlement.tax.tariff import OPEN_END, put_tariff, rates_on
from settlement.tax.versions.difference import difference
from settlement.tax.versions.put import NewVersion, put_version_from

ROOT = Path(__file__).parents[3]
FOOD, WINE, BAG = "2106909090", "2204210000", "4202210090"
YEAR = date(2026, 1, 1)


def listed(*codes: str, note: str = "") -> list[dict[str, Any]]:
    return [
        {"hs_code": code, "valid_from_on": YEAR, "valid_to_on": OPEN_END, "note": note}
        for code in codes
    ]


def rated(hs_code: str, **changes: Any) -> dict[str, Any]:
    (row,) = listed(hs_code)
    rates = {"vat_bp": 1300, "duty_bp": 0, "consumption_rule": "none", "consumption_bp": 0}
    rest = {"specific_fen": 0, "specific_per_e5": 1, "on_positive_list": False, "unit1": "035"}
    return {**row, **rates, **rest, **changes}


def put(
    database: Database, kind: str, rows: list[dict[str, Any]], *, on: date = YEAR, at: int = 1
) -> int:
    """Put rows in as the next version."""
    each = [select(*(literal(value).label(name) for name, value in row.items())) for row in rows]
    source = union_all(*each).subquery()
    with database.write() as conn:
        return put_version_from(conn, NewVersion(kind, on, f"{kind}.csv", at), select(source))


def rates(database: Database, hs_code: str, on: date, **known: int) -> Tariff:
    with database.read() as conn:
        return rates_on(conn, [hs_code], on, **known)[hs_code]


@pytest.fixture
def two_years(database: Database) -> Database:
    """By hand before; a list and a tariff for 2026, a dearer one for 2027 known in December."""
    with database.write() as conn:
        put_tariff(conn, Tariff(FOOD, vat_bp=1700, unit1="035"), valid_from_on=date(2025, 1, 1))
    put(database, "positive_list", listed(FOOD, WINE))
    put(
        database,
        "tariff",
        [rated(FOOD), rated(WINE, consumption_rule="ad_valorem", consumption_bp=1000)],
    )
    put(database, "tariff", [rated(FOOD, vat_bp=900), rated(BAG)], on=date(2027, 1, 1), at=20)
    return database


def test_each_day_has_the_version_in_force(two_years):
    """Before the first version what was entered by hand counts, and its own word for the list."""
    by_day = {
        on: rates(two_years, FOOD, on).vat_bp
        for on in (date(2025, 12, 31), YEAR, date(2026, 12, 31), date(2027, 1, 1))
    }

    assert list(by_day.values()) == [1700, 1300, 1300, 900]
    assert rates(two_years, FOOD, date(2025, 12, 31)).on_positive_list
    assert rates(two_years, WINE, date(2026, 6, 1)).consumption_rule is ConsumptionRule.AD_VALOREM
    assert not rates(two_years, BAG, date(2027, 1, 1)).on_positive_list


def test_a_code_that_a_version_does_not_hold_has_no_rates(two_years):
    """A version is the whole tariff: what it leaves out is not filled from the one before."""
    with pytest.raises(TariffMissing):
        rates(two_years, WINE, date(2027, 1, 1))


def test_a_past_order_is_computed_as_it_was_known_then(two_years):
    """A correction comes later for a day gone by: the order of that day keeps what was known."""
    put(two_years, "tariff", [rated(FOOD, vat_bp=1100)], on=date(2026, 3, 1), at=30)
    put(two_years, "positive_list", listed(WINE), on=date(2026, 3, 1), at=30)
    on = date(2026, 3, 2)

    assert (rates(two_years, FOOD, on).vat_bp, rates(two_years, FOOD, on).on_positive_list) == (
        1100,
        False,
    )
    assert rates(two_years, FOOD, date(2027, 1, 1)).vat_bp == 900, "that of 2027 began later"
    then = rates(two_years, FOOD, on, known_at=29)
    assert (then.vat_bp, then.on_positive_list) == (1300, True)


def test_a_tariff_from_before_the_first_positive_list_is_refused(database):
    """Nothing could be sold under it until the list begins; from that day on it is taken."""
    put(database, "positive_list", listed(FOOD), on=date(2026, 3, 1))

    with pytest.raises(PositiveListFirst):
        put(database, "tariff", [rated(FOOD)], on=date(2026, 2, 28))

    assert put(database, "tariff", [rated(FOOD)], on=date(2026, 3, 1)) == 2


def test_of_versions_that_begin_on_one_day_the_last_counts(two_years):
    """A mistake is corrected by the same version again."""
    put(two_years, "tariff", [rated(FOOD, vat_bp=1000)])

    assert rates(two_years, FOOD, YEAR).vat_bp == 1000


def test_two_versions_differ_by_what_came_went_and_changed(two_years):
    """2026 against 2027, and the list against what stood by hand."""
    with two_years.read() as conn:
        found = difference(conn, 2, 3)
        from_hand = difference(conn, 0, 1)

    assert [row["hs_code"] for row in found.added] == [BAG]
    assert [row["hs_code"] for row in found.removed] == [WINE]
    assert [(one.hs_code, one.fields) for one in found.changed] == [(FOOD, {"vat_bp": (1300, 900)})]
    assert [row["hs_code"] for row in from_hand.added] == [WINE]
    assert [one.fields for one in from_hand.changed] == [
        {"valid_from_on": (date(2025, 1, 1), YEAR)}
    ]


def test_unknown_and_unlike_versions_are_not_compared(two_years):
    """There is no fourth; the first is a positive list."""
    with two_years.read() as conn:
        with pytest.raises(VersionUnknown):
            difference(conn, 2, 4)
        with pytest.raises(VersionsUnlike):
            difference(conn, 1, 2)


@pytest.mark.parametrize(
    ("words", "code", "shown"),
    [
        (["diff", "2", "3"], 0, ["old", "new", "added", "removed", "changed"]),
        (["diff", "1", "2"], 1, ["verdict", "code", "facts", "words"]),
        (["diff", "2", "9"], 2, ["verdict", "code", "facts", "words"]),
        (["versions"], 0, ["versions"]),
    ],
)
def test_the_command_tells_it_in_json(two_years, words, code, shown):
    """The difference, a refusal, a number that is none, and the numbers themselves."""
    done = subprocess.run(
        [sys.executable, "-m", "settlement.tax", *words],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "QIANZHAN_DATABASE_URL": two_years.url},
        check=False,
        timeout=60,
    )

    assert (done.returncode, done.stderr) == (code, b"")
    told = json.loads(done.stdout)
    assert list(told) == shown
    if words == ["diff", "2", "3"]:
        assert told["changed"] == [{"hs_code": FOOD, "fields": {"vat_bp": [1300, 900]}}]
        assert told["new"]["effective_on"] == "2027-01-01"
    if words == ["versions"]:
        assert [version["version_no"] for version in told["versions"]] == [3, 2, 1]
