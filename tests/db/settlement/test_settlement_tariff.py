"""Rates of a code are those in force on the day."""

import dataclasses
from datetime import date

import pytest

from settlement.tax.errors import TariffMissing
from settlement.tax.tariff import put_tariff, rates_on
from tests.unit.settlement.tariffs import COSMETICS, FOOD, SPIRITS


def test_rates_follow_the_day(database):
    """VAT changes on 1 July; the cosmetics rule comes back whole."""
    dearer = dataclasses.replace(FOOD, vat_bp=1600)
    with database.write() as conn:
        put_tariff(conn, FOOD, valid_from_on=date(2026, 1, 1), valid_to_on=date(2026, 6, 30))
        put_tariff(conn, dearer, valid_from_on=date(2026, 7, 1))
        put_tariff(conn, COSMETICS, valid_from_on=date(2026, 1, 1))
        put_tariff(conn, SPIRITS, valid_from_on=date(2026, 1, 1), note="assumed")

    with database.read() as conn:
        june = rates_on(conn, [FOOD.hs_code, COSMETICS.hs_code], date(2026, 6, 30))
        july = rates_on(conn, [FOOD.hs_code, SPIRITS.hs_code], date(2026, 7, 1))

    assert june == {FOOD.hs_code: FOOD, COSMETICS.hs_code: COSMETICS}
    assert july == {FOOD.hs_code: dearer, SPIRITS.hs_code: SPIRITS}


def test_a_code_without_rates_is_named(database):
    """The last day of a rate has passed."""
    with database.write() as conn:
        put_tariff(conn, FOOD, valid_from_on=date(2026, 1, 1), valid_to_on=date(2026, 6, 30))

    with database.read() as conn, pytest.raises(TariffMissing) as missing:
        rates_on(conn, [FOOD.hs_code], date(2026, 7, 1))

    assert missing.value.facts == {"hs_code": FOOD.hs_code, "on": "2026-07-01"}
