"""The marks of countries of origin: of the same table that orders are declared by."""

from bonded_display.customs.messages.codes import COUNTRIES
from shop.web.storefront.origins import LETTERS


def test_every_country_of_the_code_table_has_letters_of_its_own():
    """None missing, none too many, no two alike."""
    assert set(LETTERS) == set(COUNTRIES)
    assert len(set(LETTERS.values())) == len(LETTERS)
