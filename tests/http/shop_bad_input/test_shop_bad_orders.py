"""Bad input to placing: each its own clear answer in both languages, the books as they were."""

import pytest
from sqlalchemy import text

from kernel import db, i18n
from kernel.money import show_fen
from settlement.payments.errors import ProviderCannotDeclare
from shop.offer.quantity import LEAST, MOST
from shop.sheets.load_sample import load_sample
from tests.http.shop_bad_input.conftest import says
from tests.support import sample_house
from tests.support.sample_house import books, one, rows


@pytest.mark.parametrize("language", i18n.LANGS)
def test_an_unknown_shelf_code(buyer, sample, language):
    """The label's code is on no shelf; nor does one open the checkout."""
    person = buyer(1, language)
    before = books()

    label = person.get(sample.label.replace(sample.shelf, "ZZZZZZ"))
    form = person.get("/checkout?code=ZZZZZZ")

    for answer in (label, form):
        assert answer.status_code == 404
        says(answer, language, "unknown_shelf_code", shelf_code="ZZZZZZ")
    assert books() == before


def test_another_goods_label_on_the_shelf(buyer, sample):
    """The label's GTIN is not what the shelf shows now."""
    person = buyer()

    answer = person.get(f"/01/09312345001015/21/{sample.shelf}")

    assert answer.status_code == 404
    says(answer, "zh-CN", "shelf_label_mismatch", shelf_code=sample.shelf)


@pytest.mark.parametrize("language", i18n.LANGS)
def test_a_quantity_that_is_none(buyer, sample, language):
    """Nought, a thousand million, 1e3: refused as written, nothing reserved."""
    person = buyer(1, language)
    page = person.checkout()
    before = books()

    for qty in ("0", "1000000000", "1e3", "-1", "1.5", "", "０", "1 "):
        answer = person.confirm(page, qty=qty)
        assert answer.status_code == 422
        says(answer, language, "quantity_invalid", given=qty, least=LEAST, most=MOST)

    assert books() == before
    assert one("SELECT count(*) FROM idempotency") == 0


@pytest.mark.parametrize("language", i18n.LANGS)
def test_a_price_that_changed_since_it_was_shown(buyer, sample, clock, language):
    """The form stood open while the price rose: both totals are named, confirming anew works."""
    person = buyer(1, language)
    page = person.checkout(2)
    shown = sample.ask(2).shown_total_fen
    with db.write() as connection:
        connection.execute(
            text("UPDATE offer SET price_fen = price_fen + 1000, price_version = price_version + 1")
        )
    clock.tick(3)
    before = books()

    answer = person.confirm(page)

    now = sample.ask(2).shown_total_fen
    assert answer.status_code == 409
    says(answer, language, "price_changed", shown_fen=shown, now_fen=now)
    assert show_fen(now, language) in answer.text
    assert books() == before
    assert person.confirm(answer).status_code == 303
    assert one("SELECT total_fen FROM checkout") == now


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_refusal_that_is_told_again_says_so(buyer, sample, clock, accept):
    """The key was refused, and is sent again: the same answer, on a page and to a program."""
    person = buyer(1, "en")
    page = person.checkout(2)
    with db.write() as connection:
        connection.execute(
            text("UPDATE offer SET price_fen = price_fen + 1000, price_version = price_version + 1")
        )
    clock.tick(3)

    person.headers["Accept"] = accept
    first = person.confirm(page)
    again = person.confirm(page)

    assert (first.status_code, again.status_code) == (409, 409)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("language", i18n.LANGS)
def test_the_same_key_with_another_body(buyer, sample, language):
    """Sent, then sent again with another flat: the first stands, no second order."""
    person = buyer(1, language)
    page = person.checkout(2)
    first = person.confirm(page)
    assert first.status_code == 303
    before = books()

    other = person.confirm(page, address="文三路 90 号 3 幢 503 室")
    same = person.confirm(page)

    assert other.status_code == 409
    says(other, language, "key_reused")
    assert (same.status_code, same.location) == (303, first.location)
    assert same.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert books() == before


@pytest.mark.parametrize("language", i18n.LANGS)
@pytest.mark.parametrize("street", ["长治路238号", "长治路 238 号 2号柜台"])
def test_a_delivery_address_that_is_the_outlet(buyer, sample, language, street):
    """Goods are sent home: the street of the outlet, with or without a counter, is refused."""
    person = buyer(1, language)
    page = person.checkout()
    before = books()

    answer = person.confirm(page, district="山西省太原市小店区", address=street)

    assert answer.status_code == 409
    says(answer, language, "address_is_outlet", outlet="晋便利长治路店")
    assert books() == before
    assert person.confirm(answer, district="浙江省杭州市西湖区", address="文三路 90 号").location


@pytest.mark.parametrize("language", i18n.LANGS)
def test_a_provider_that_cannot_declare(buyer, sample, clock, language):
    """The offer's provider lost the capability: the page is closed, the posted form refused."""
    person = buyer(1, language)
    page = person.checkout()
    with db.write() as connection:
        connection.execute(text("UPDATE offer SET provider = 'stripe'"))
    clock.tick(3)
    before = books()

    shelf = person.get(sample.label)
    answer = person.confirm(page)

    assert i18n.text("closed_provider_cannot_declare_text", language) in shelf.text
    assert answer.status_code == 409
    says(answer, language, "provider_cannot_declare", provider="stripe")
    assert books() == before


def test_a_sheet_with_a_provider_that_cannot_declare_is_refused(sample, tmp_path):
    """Retail import is not offered with it in the first place; no row of the sheets stands."""
    sheet = tmp_path / "sheets" / "offers.csv"
    sheet.write_text(sheet.read_text("utf-8").replace("boxed_wallet", "stripe"), "utf-8")
    before = rows("SELECT provider, updated_at FROM offer")

    with pytest.raises(ProviderCannotDeclare):
        load_sample(tmp_path / "sheets")

    assert rows("SELECT provider, updated_at FROM offer") == before


@pytest.mark.parametrize("language", i18n.LANGS)
def test_more_than_there_is(buyer, sample, language):
    """Six are there, five go while the form is open: one is told, nothing taken."""
    person = buyer(1, language)
    page = person.checkout(2)
    buyer(2).order(5)
    before = books()

    answer = person.confirm(page)

    assert answer.status_code == 409
    says(answer, language, "stock_short", wanted=2, free=1)
    assert books() == before
    assert sample_house.free_pieces(sample.goods.sku) == 1


def test_a_form_without_its_token_or_its_key(buyer, app):
    """Another site posts in the shopper's name; a program forgets the key: nothing is done."""
    person = buyer()
    page = person.checkout()
    before = books()

    forged = person.confirm(page, csrf_token="")
    keyless = person.confirm(page, idempotency_key="short")

    assert (forged.status_code, keyless.status_code) == (403, 422)
    says(forged, "zh-CN", "form_expired")
    says(keyless, "zh-CN", "request_key_invalid")
    assert books() == before


def test_another_shoppers_order_is_not_found(buyer):
    """Its number was guessed: neither shown nor paid, in words of both languages."""
    checkout_id = buyer(1).order()
    before = books()

    for number, language in enumerate(i18n.LANGS, start=2):
        person = buyer(number, language)
        answer = person.get(f"/orders/{checkout_id}")
        assert answer.status_code == 404
        says(answer, language, "order_unknown", number=str(checkout_id))
        assert "文三路" not in answer.text

    assert {**books(), "identity": before["identity"]} == before
