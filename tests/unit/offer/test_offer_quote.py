"""The landed price of an offer."""

from dataclasses import replace

import pytest

from settlement.tax.errors import OverSingleLimit
from settlement.tax.rates import ConsumptionRule, Tariff
from shop.offer.errors import PriceChanged
from shop.offer.quote import Part, Terms, check_shown, freight, quote

TERMS = Terms(price_fen=12_800, freight_fen=1_000, freight_free_from_fen=19_900, price_version=3)
VAT_ONLY = Part(1, Tariff("2106909090", vat_bp=1_300))


def test_the_parts_of_a_landed_price_sum_to_it() -> None:
    """128.00 and 10.00 freight at 9.1 %: 12.56 VAT (12.558 rounded), 150.56 in all."""
    shown = quote(TERMS, [VAT_ONLY])

    assert (shown.goods_fen, shown.freight_fen, shown.vat_fen) == (12_800, 1_000, 1_256)
    assert (shown.duty_fen, shown.consumption_fen) == (0, 0)
    assert shown.total_fen == 15_056


def test_freight_is_free_from_the_threshold_on() -> None:
    """One fen below it is paid, at it it is not."""
    assert freight(TERMS, 19_899) == 1_000
    assert freight(TERMS, 19_900) == 0
    assert freight(replace(TERMS, freight_free_from_fen=None), 10**9) == 1_000


def test_a_line_split_between_two_book_items_is_one_price() -> None:
    """Two pieces from one account-book item, one from another: goods and freight as for three."""
    whole = quote(TERMS, [replace(VAT_ONLY, qty=3)])
    split = quote(TERMS, [replace(VAT_ONLY, qty=2), VAT_ONLY])

    assert (split.qty, split.goods_fen, split.freight_fen) == (3, 38_400, 0)
    assert [line.gnum for line in split.tax.lines] == [1, 2]
    assert abs(split.total_fen - whole.total_fen) <= 1


def test_consumption_tax_is_shown_apart() -> None:
    """100.00 at 15 % consumption and 13 % VAT, 70 % of each due."""
    wine = Tariff(
        "2204210000", 1_300, consumption_rule=ConsumptionRule.AD_VALOREM, consumption_bp=1_500
    )
    terms = Terms(10_000, 0, None, 1)

    shown = quote(terms, [Part(1, wine)])

    assert (shown.consumption_fen, shown.vat_fen) == (1_235, 1_071)


def test_several_pieces_above_the_limit_have_no_price() -> None:
    """Two at 2,600.00 are refused; one at 5,200.00 is taxed in full."""
    dear = Terms(260_000, 0, None, 1)

    with pytest.raises(OverSingleLimit):
        quote(dear, [replace(VAT_ONLY, qty=2)])
    assert quote(replace(dear, price_fen=520_000), [VAT_ONLY]).tax.full_rate


@pytest.mark.parametrize(("total_fen", "version"), [(15_055, 3), (15_057, 3), (15_056, 2)])
def test_another_total_or_version_than_shown_is_a_changed_price(
    total_fen: int, version: int
) -> None:
    """One fen is enough, and so is a version whose total happens to be the same."""
    with pytest.raises(PriceChanged) as changed:
        check_shown(
            quote(TERMS, [VAT_ONLY]), TERMS, shown_total_fen=total_fen, price_version=version
        )

    assert changed.value.facts == {"shown_fen": total_fen, "now_fen": 15_056}


def test_the_very_price_shown_passes() -> None:
    """Nothing changed between the page and the button."""
    check_shown(quote(TERMS, [VAT_ONLY]), TERMS, shown_total_fen=15_056, price_version=3)
