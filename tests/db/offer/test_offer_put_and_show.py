"""Offers as they are put and as a shelf shows them."""

from datetime import date

import pytest

from bonded_display.display.errors import UnknownShelfCode
from bonded_display.stock.errors import StockShort
from kernel import db
from settlement.payments.errors import ProviderCannotDeclare
from settlement.tax.rates import Tariff
from settlement.tax.tariff import put_tariff
from shop.offer.errors import OfferMissing, ShelfLabelMismatch
from shop.offer.put_offer import OfferFacts, put_offer
from shop.offer.show_offer import show_offer
from shop.offer.shown import Closed, ShownOffer
from shop.offer.tables import offer
from tests.db.offer.conftest import FROM, GTIN, HS, SHELF, TODAY, Shelf, can_declare


def put(facts: OfferFacts) -> int:
    """Put an offer in a transaction of its own."""
    with db.write() as conn:
        return put_offer(conn, facts, can_declare=can_declare)


def shown(code: str = SHELF, *, gtin14: str | None = None) -> ShownOffer:
    """Show the shelf today."""
    return show_offer(code, TODAY, can_declare=can_declare, gtin14=gtin14)


def test_a_shelf_shows_its_offer_with_the_landed_price(shelf: Shelf) -> None:
    """128.00 and 10.00 freight: 12.56 VAT; origin and stock from the account book."""
    offer_id = put(shelf.facts())
    shelf.book_item("1", origin="116", expires_on=date(2028, 1, 1), qty=12)
    shelf.place()

    found = shown(gtin14=GTIN)

    quote = found.quote(1)
    assert quote is not None
    assert (found.offer_id, found.closed, found.outlet) == (offer_id, None, "云栖店")
    assert (found.goods.origin_code, found.goods.free) == ("116", 12)
    assert (quote.vat_fen, quote.total_fen) == (1_256, 15_056)


def test_the_piece_that_would_be_sent_decides_origin_and_price(shelf: Shelf) -> None:
    """The earliest expiry goes first; what expired is neither counted nor sent."""
    put(shelf.facts())
    shelf.book_item("1", origin="502", expires_on=date(2026, 11, 24), qty=5)
    shelf.book_item("2", origin="116", expires_on=date(2028, 1, 1), qty=3)
    shelf.book_item("3", origin="609", expires_on=date(2027, 6, 1), qty=2)
    shelf.place()

    found = shown()

    assert (found.goods.origin_code, found.goods.free) == ("609", 5)
    split = found.quote(5)
    assert split is not None
    assert [line.gnum for line in split.tax.lines] == [1, 2]
    with pytest.raises(StockShort):
        found.quote(6)


def test_the_price_version_rises_with_the_money_only(shelf: Shelf) -> None:
    """A new title keeps it, a fen of price or freight does not."""
    versions = []
    for changes in (
        {},
        {"title": "蜂蜜"},
        {"price_fen": 12_801},
        {"price_fen": 12_801, "freight_fen": 0},
        {"price_fen": 12_801, "freight_fen": 0, "freight_free_from_fen": 9_900},
    ):
        offer_id = put(shelf.facts(**changes))
        with db.read() as conn:
            (row,) = conn.execute(offer.select()).all()
        versions.append(row.price_version)
        assert row.id == offer_id

    assert versions == [1, 1, 2, 3, 4]


def test_a_provider_that_cannot_declare_opens_no_retail_import(shelf: Shelf) -> None:
    """It may be kept closed, or serve another route."""
    with pytest.raises(ProviderCannotDeclare):
        put(shelf.facts(provider="stripe"))
    with db.read() as conn:
        assert conn.execute(offer.select()).all() == []

    put(shelf.facts(provider="stripe", open=False))
    put(shelf.facts(provider="stripe", route="domestic"))


def test_a_provider_that_loses_its_filing_closes_the_offer(shelf: Shelf) -> None:
    """The offer stays as it was put; the shelf says why nothing can be ordered."""
    put(shelf.facts())
    shelf.book_item("1", origin="116", expires_on=None, qty=1)
    shelf.place()

    found = show_offer(SHELF, TODAY, can_declare=lambda _provider: False)

    assert found.closed is Closed.PROVIDER


@pytest.mark.parametrize("case", ["not_open", "sold_out", "off_the_list", "no_rates", "no_filing"])
def test_why_an_offer_is_closed(shelf: Shelf, case: str) -> None:
    """Each has its word; only without a tax can no price be told."""
    put(shelf.facts(open=case != "not_open"))
    if case != "no_filing":
        shelf.book_item("1", origin="116", expires_on=None, qty=0 if case == "sold_out" else 1)
    shelf.place()
    if case == "off_the_list":
        with db.write() as conn:
            off = Tariff(HS, vat_bp=1_300, on_positive_list=False)
            put_tariff(conn, off, valid_from_on=date(2026, 11, 1))
    on = date(2025, 12, 31) if case == "no_rates" else TODAY

    if case == "no_rates":
        shelf_before_rates = show_offer(SHELF, on, can_declare=can_declare)
        assert shelf_before_rates.closed is Closed.BARRED
        return
    found = shown()

    barred = case in ("off_the_list", "no_filing")
    expected = {"not_open": Closed.NOT_OPEN, "sold_out": Closed.SOLD_OUT}
    assert found.closed is expected.get(case, Closed.BARRED)
    assert (found.quote(1) is None) == barred


def test_an_unknown_shelf_a_stale_label_and_a_shelf_of_another_route(shelf: Shelf) -> None:
    """Three answers for three mistakes."""
    put(shelf.facts())
    shelf.book_item("1", origin="116", expires_on=None, qty=1)
    shelf.place()

    with pytest.raises(UnknownShelfCode):
        shown("NOSUCHCODE")
    with pytest.raises(ShelfLabelMismatch):
        shown(gtin14="04900000000000")
    shelf.place(routes=("domestic",))
    with pytest.raises(OfferMissing):
        shown()


def test_a_shelf_without_an_offer_says_so(shelf: Shelf) -> None:
    """Goods are on the shelf before their price is."""
    assert FROM < TODAY
    shelf.place()

    with pytest.raises(OfferMissing):
        shown()
