"""Goods taken off the positive list are sold nowhere from that day on, by one act."""

import csv
import io
from datetime import timedelta

import pytest

from kernel import clock
from settlement.tax.errors import NotOnPositiveList
from shop.checkout import offer_facts
from shop.checkout.offer_facts import forget_believed
from shop.imports import run
from shop.imports.templates import write_export
from shop.offer.errors import OfferClosed
from shop.offer.shown import Closed
from shop.place_order import place_order
from tests.support.sample_house import books, one, rows, shopper

DAY = 86_400


def code_of(sku: str) -> str:
    return one(
        "SELECT MAX(b.hs_code) FROM account_book_item b JOIN item i ON i.id = b.item_id"
        " WHERE i.sku = :sku",
        sku=sku,
    )


def import_next(kind: str = "positive_list", *, effective: str, without: str = "") -> None:
    """Import what stands as the next version, in force from a day, without one code."""
    out = io.BytesIO()
    write_export(kind, out, xlsx=False)
    names, *lines = csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig")))
    kept = [dict(zip(names, line, strict=True)) | {"effective": effective} for line in lines]
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, names)
    writer.writeheader()
    writer.writerows(row for row in kept if row["hs_code"] != without)
    content = io.BytesIO(sheet.getvalue().encode())
    asked = run.ask_import(kind, content, name="list.csv", skip_bad=False, own=True)
    assert run.run_to_the_end(asked).state == "done"


@pytest.fixture
def off(sample, clock):
    """The code of the walk's goods is off the list from tomorrow on; its offers, those of others."""
    today = clock_day()
    import_next(effective="2026-01-01")
    code = code_of(sample.goods.sku)
    import_next(effective=str(today + timedelta(days=1)), without=code)
    of_code = {sku for sku in sample.shelves if code_of(sku) == code}
    return sample, of_code


def clock_day():
    return clock.china_date(clock.now())


def test_one_import_closes_every_offer_of_the_code_on_its_day(off, clock):
    """Today all are sold; at midnight in China exactly those of the code are closed."""
    sample, of_code = off
    assert {sku for sku in sample.shelves if sample.shown(sku).closed is not None} == set()

    clock.tick(DAY)

    barred = {sku for sku in sample.shelves if sample.shown(sku).closed is Closed.BARRED}
    assert barred == of_code
    assert all(sample.shown(sku).quote(1) is None for sku in of_code)
    assert rows("SELECT id FROM offer WHERE NOT open") == []


def test_who_saw_the_price_before_cannot_place_after(off, clock):
    """The page was open over midnight; nothing is written by the refusal."""
    sample, _ = off
    who, ask = shopper(), sample.ask()
    before = books()

    clock.tick(DAY)
    with pytest.raises(NotOnPositiveList):
        place_order(who.actor, ask, key="key-of-a-late-shopper")

    assert books() == before


def test_a_page_believes_for_seconds_only(off, clock):
    """What a process read before midnight it still believes at most two seconds after."""
    sample, _ = off
    who, ask = shopper(), sample.ask()
    forget_believed()
    place_order(who.actor, ask, key="key-of-an-early-shopper")

    clock.tick(DAY)
    with pytest.raises(NotOnPositiveList):
        place_order(who.actor, ask, key="key-of-the-next-day")


def test_a_code_that_the_tariff_drops_closes_its_offers_alone(sample, clock):
    """Read together with the others: theirs are believed, those without rates are closed."""
    import_next(effective="2026-01-01")
    code = code_of(sample.goods.sku)
    asks = {sku: sample.ask(sku=sku) for sku in sample.shelves}
    import_next("tariff", effective=str(clock_day()), without=code)
    forget_believed()

    found = offer_facts._read_now([ask.offer_id for ask in asks.values()])

    kept = {sku for sku, ask in asks.items() if ask.offer_id in found}
    assert kept == {sku for sku in sample.shelves if code_of(sku) != code}
    assert kept
    with pytest.raises(OfferClosed):
        place_order(shopper().actor, asks[sample.goods.sku], key="key-of-an-unrated-one")
