"""What the demo sells differs as it should, and its invented people and goods are well formed."""

import random
from datetime import date
from pathlib import Path

import pytest
from stdnum import ean
from stdnum.cn import ric, uscc

from demo import sheets
from demo.catalogue import CATALOGUE, RATES
from demo.scenario import Scenario, scenario, shopper

SEEDS = range(1, 11)
RULES = {rate.hs_code: rate for rate in RATES}


def tax_class(sold: Scenario) -> str:
    """Say by rates, price and measure alone how a sale is taxed."""
    goods, rate = sold.goods, RULES[sold.goods.hs_code]
    if sold.price_fen > 500_000:
        return "single item over 5,000"
    if rate.rule == "cosmetics_measure":
        above = sold.price_fen >= 1_000 * float(goods.measure)
        return "above the cosmetics line" if above else "below the cosmetics line"
    return "VAT only" if rate.consumption == "0" else "consumption tax"


@pytest.mark.parametrize("first", [1, 7, 100])
def test_ten_seeds_in_a_row_have_all_tax_classes(first):
    """Five are known; four are asked for."""
    classes = {tax_class(scenario(seed)) for seed in range(first, first + 10)}

    assert classes == {
        "VAT only",
        "consumption tax",
        "above the cosmetics line",
        "below the cosmetics line",
        "single item over 5,000",
    }


def test_ten_seeds_differ_in_goods_names_prices_and_pieces():
    """Not one sale ten times."""
    sold = [scenario(seed) for seed in SEEDS]

    assert len({one.shopper.id_number for one in sold}) == 10
    assert len({one.price_fen for one in sold}) >= 8
    assert len({one.goods.sku for one in sold}) >= 5
    assert len({one.qty for one in sold}) >= 3
    assert len({one.shelf_code for one in sold}) == 10


def test_a_seed_is_the_same_sale_again():
    """Told twice."""
    assert scenario(4) == scenario(4)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_order_is_within_what_may_be_bought(seed):
    """Several pieces stay under 5,000; there are pieces enough for two walks."""
    sold = scenario(seed)

    assert 1 <= sold.qty * 2 <= sold.on_hand
    assert sold.qty == 1 or sold.qty * sold.price_fen + sold.freight_fen <= 500_000
    assert sold.price_fen <= 2_600_000


def test_people_are_of_age_and_their_numbers_hold():
    """A thousand of them, by another library's rule."""
    for seed in range(1000):
        person = shopper(random.Random(seed))

        assert ric.calc_check_digit(person.id_number) == person.id_number[17]
        assert ric.get_birth_date(person.id_number) < date(2005, 1, 1)
        assert person.id_number.startswith(person.district)
        assert len(person.phone) == 11
        assert person.phone.isdigit()


def test_goods_have_valid_numbers_each_its_own():
    """GTIN-13 with its check digit."""
    numbers = [goods.gtin13 for goods in CATALOGUE]

    assert all(ean.is_valid(number) and len(number) == 13 for number in numbers)
    assert len(set(numbers)) == len(CATALOGUE)
    assert {goods.hs_code for goods in CATALOGUE} == RULES.keys()


def test_enterprises_have_valid_credit_codes_each_its_own(tmp_path: Path):
    """Read from the very sheet that is loaded."""
    sheets.write_sheets(tmp_path, scenario(1), today=date(2026, 11, 24))
    rows = (tmp_path / "enterprises.csv").read_text(encoding="utf-8").splitlines()
    codes = [row.split(",")[0] for row in rows[1:]]

    assert len(set(codes)) == len(codes) >= 5
    assert all(uscc.is_valid(code) for code in codes)
