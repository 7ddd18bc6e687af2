"""A tariff or positive list comes in whole, as a numbered version beside the old ones."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest

from kernel import clock, db
from settlement.tax.tariff import rates_on
from shop.imports.run import ImportOnlyWhole
from tests.db.imports.sheets import as_csv, ask, cells, export, imported
from tests.support.sample_house import one, rows

SAMPLES = Path(__file__).parents[3] / "docs" / "samples"
CODE = "2106909090"
ROW = {
    "hs_code": CODE,
    "effective": "2026-01-01",
    "valid_from": "2026-01-01",
    "duty_bp": "600",
    "vat_bp": "1300",
    "consumption_rule": "none",
    "consumption_bp": "0",
    "specific": "0",
    "specific_per": "1",
    "unit1": "035",
}


def heads(kind: str) -> list[str]:
    return next(csv.reader(io.StringIO(export(kind, xlsx=False).decode("utf-8-sig"))))


def sheet(kind: str, *changed: dict[str, str]) -> bytes:
    """Return a sheet with one row for each change of the same one."""
    names = heads(kind)
    return as_csv(
        names, *([({**ROW, **row}).get(name, "") for name in names] for row in changed)
    ).encode()


@pytest.fixture
def listed(sample):
    """The positive list of the sample's house, as its first version."""
    assert imported("positive_list", export("positive_list", xlsx=False)).state == "done"
    return sample


@pytest.mark.parametrize("xlsx", [False, True])
def test_what_was_exported_becomes_the_next_version_with_the_same_rates(listed, xlsx):
    """List, tariff, and the tariff again: each has a number, every code its rates."""
    today = clock.china_date(clock.now())
    codes = [code for (code,) in rows("SELECT DISTINCT hs_code FROM tariff")]
    with db.read() as conn:
        before = rates_on(conn, codes, today)

    for _ in range(2):
        assert imported("tariff", export("tariff", xlsx=xlsx)).state == "done"

    with db.read() as conn:
        assert rates_on(conn, codes, today) == before
    told = rows("SELECT version_no, kind, row_count FROM tariff_version ORDER BY version_no")
    assert [row[:2] for row in told] == [(1, "positive_list"), (2, "tariff"), (3, "tariff")]
    assert {row[2] for row in told} == {len(codes)}
    assert one("SELECT count(*) FROM staged_tariff") == 0


def test_every_bad_cell_is_named_and_the_version_in_force_stays(listed):
    """Each mistake that the rule of a row allows to be seen, with line, column and expectation."""
    bad = [
        {"hs_code": "21069090"},
        {"valid_to": "2025-12-31"},
        {"consumption_rule": "cosmetics_measure", "consumption_bp": "1500"},
        {"consumption_rule": "ad_valorem"},
        {"consumption_rule": "specific"},
        {"line_per_piece": "15.00", "specific": "0.50"},
        {"unit2": "035", "specific_per": "0"},
        {"duty_bp": "10001", "vat_bp": "13%", "weight_limit": "salt", "effective": "2026-02-30"},
    ]

    done = imported("tariff", sheet("tariff", *bad))

    assert done.state == "failed"
    assert sorted((line, column, expects) for line, column, _, expects in cells(done)) == [
        (2, "hs_code", "hs_code"),
        (3, "valid_to", "day_after"),
        (4, "line_per_measure", "for_this_rule"),
        (5, "consumption_bp", "for_this_rule"),
        (6, "specific", "for_this_rule"),
        (7, "line_per_piece", "not_for_this_rule"),
        (7, "specific", "not_for_this_rule"),
        (8, "specific_per", "above_nought"),
        (8, "unit2", "other_unit"),
        (9, "duty_bp", "integer"),
        (9, "effective", "day"),
        (9, "vat_bp", "integer"),
        (9, "weight_limit", "one_of"),
    ]
    assert rows("SELECT version_no FROM tariff_version") == [(1,)]


def test_a_version_has_one_day_and_a_code_one_row_a_day(listed):
    """Line 3 names another day, line 4 repeats line 2."""
    done = imported(
        "positive_list",
        sheet("positive_list", {}, {"hs_code": "22042100", "effective": "2026-01-02"}, {}),
    )

    assert done.state == "failed"
    assert cells(done) == [
        (3, "effective", "2026-01-02", "same_in_all"),
        (4, "hs_code", CODE, "one_row"),
    ]


def test_no_row_of_a_version_is_left_out(listed):
    """Leaving a bad row out would take its goods off without a word."""
    with pytest.raises(ImportOnlyWhole):
        ask("positive_list", sheet("positive_list", {}), skip_bad=True)


@pytest.mark.parametrize(
    ("kind", "content", "error"),
    [
        ("positive_list", lambda: as_csv(heads("positive_list")).encode(), "tariff_version_empty"),
        ("tariff", lambda: sheet("tariff", {}), "positive_list_first"),
    ],
)
def test_a_version_that_would_close_every_offer_is_refused(sample, kind, content, error):
    """An empty list, and a tariff that no positive list was imported before."""
    done = imported(kind, content())

    assert (done.state, done.error) == ("failed", error)
    assert rows("SELECT version_no FROM tariff_version") == []


def test_an_eight_digit_code_stands_for_all_below_it(listed):
    """The list as customs prints it; a code under other eight digits is not on it."""
    today = clock.china_date(clock.now())
    first, *others = [code for (code,) in rows("SELECT DISTINCT hs_code FROM tariff")]

    done = imported(
        "positive_list", sheet("positive_list", {"hs_code": first[:8], "effective": str(today)})
    )

    assert done.state == "done"
    with db.read() as conn:
        found = rates_on(conn, [first, *others], today)
        assert found[first].on_positive_list
        assert not any(found[code].on_positive_list for code in others if code[:8] != first[:8])
        tomorrow = rates_on(conn, [first], today + timedelta(days=1), known_at=clock.now() - 1)
    assert tomorrow[first].on_positive_list


def test_the_shipped_sample_is_taken_in_as_it_is(sample):
    """It says of itself, in every row, that it is invented."""
    for kind, name in (("positive_list", "positive-list"), ("tariff", "tariff")):
        content = (SAMPLES / f"{name}.csv").read_bytes()
        assert imported(kind, content).state == "done"
        assert all("sample" in line for line in content.decode().splitlines()[1:])

    with db.read() as conn:
        found = rates_on(conn, ["1006302000", "2208300000"], date(2026, 6, 1))
    assert (found["1006302000"].weight_limit, found["1006302000"].on_positive_list) == (
        "rice",
        True,
    )
    assert (found["2208300000"].specific_per_e5, found["2208300000"].on_positive_list) == (
        50_000_000,
        False,
    )
