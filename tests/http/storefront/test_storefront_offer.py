"""What a scan shows, over HTTP."""

import re
from dataclasses import replace

import pytest

from bonded_display.customs.messages.codes import COUNTRIES
from shop.offer.shown import Closed
from shop.web.storefront.origins import LETTERS
from tests.http.storefront_house import LABEL, NOTICES, SHELF, House, Person, an_offer

CHECKOUT = f"/checkout?code={SHELF}&qty=1&notices={NOTICES}"

# The verbs run on both databases in tests/db/accounts; pages need one.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_scan_shows_the_landed_price_in_parts(person: Person) -> None:
    """328.00 and 12.00 freight; 340.00 a 30 ml bottle is above the cosmetics line."""
    page = person.get(LABEL)

    assert page.status_code == 200
    for words in ("¥328.00", "¥12.00", "¥42.00", "¥36.40", "¥418.40", "含税 ¥78.40 · 运费 ¥12.00"):
        assert words in page.text
    assert "日本" in page.text
    assert page.text.count("<li>商品符合原产地") == 1
    assert "qz_visit" in page.headers["Set-Cookie"]


def test_every_page_works_under_a_strict_policy(person: Person) -> None:
    """No inline script, no inline style, nothing from elsewhere."""
    for path in (LABEL, "/", "/sign-in", "/identity", CHECKOUT, "/orders/9001", "/staff/sign-in"):
        text = person.get(path).text
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick" not in text
        assert "https://" not in text
        assert text.count("<script") == text.count("<script src=") >= 1


@pytest.mark.parametrize("closed", list(Closed))
def test_a_closed_offer_says_why_and_has_no_button(
    person: Person, house: House, closed: Closed
) -> None:
    """The page stays, so that a label on the shelf is never a dead end."""
    house.offer = an_offer(closed=closed)

    page = person.get(LABEL)

    assert page.status_code == 200
    assert "立即购买" not in page.text
    assert 'class="closed"' in page.text


@pytest.mark.parametrize("code", sorted(COUNTRIES))
@pytest.mark.parametrize(("language", "called"), [("zh-CN", "产地"), ("en", "Origin")])
def test_every_country_is_named_and_marked_alike(
    person: Person, house: House, code: str, language: str, called: str
) -> None:
    """No country of the code table lacks what another has: a name in words and its letters."""
    filed = {11: replace(an_offer().goods.filed[11], origin_code=code)}
    house.offer = an_offer(goods=replace(an_offer().goods, filed=filed))
    person.headers["Accept-Language"] = language

    page = person.get(LABEL).text

    (mark, words) = re.search(
        r'origin-mark" aria-hidden="true">(\w\w)</span><span>(.+?)</span>', page
    ).groups()
    assert mark == LETTERS[code]
    assert re.fullmatch(called + r" ?\D{2,}", words)


def test_a_country_without_a_name_is_shown_by_its_code(person: Person, house: House) -> None:
    """An import brought a code that the table has not: no empty place, no broken mark."""
    filed = {11: replace(an_offer().goods.filed[11], origin_code="999")}
    house.offer = an_offer(goods=replace(an_offer().goods, filed=filed))

    page = person.get(LABEL).text

    assert "国别代码 999" in page
    assert "origin-mark" not in page


def test_a_number_and_its_unit_stay_together(person: Person) -> None:
    """30 毫升 is kept on one line wherever the name breaks."""
    assert '<span class="together">30 毫升</span>' in person.get(LABEL).text
