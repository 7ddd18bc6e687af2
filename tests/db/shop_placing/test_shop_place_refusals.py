"""Placings that are refused before or in the group: nothing of them stands."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from kernel import db
from shop.accounts.errors import ConsentNotGiven, SignInRequired
from shop.errors import AddressIsOutlet, IdentityRequired
from shop.offer.errors import OfferClosed, PriceChanged
from shop.place_order import place_order
from tests.support import sample_house
from tests.support.sample_house import HOME, books, one, shopper

KEY = "key-of-a-refused-{:04d}"


def test_a_price_that_changed_places_nothing(sample, clock):
    """The shopper saw the old price: the answer names both, the books are as they were."""
    who, ask = shopper(), sample.ask(2)
    with db.write() as connection:
        connection.execute(
            text("UPDATE offer SET price_fen = price_fen + 100, price_version = price_version + 1")
        )
    clock.tick(3)
    before = books()

    with pytest.raises(PriceChanged) as changed:
        place_order(who.actor, ask, key=KEY.format(1))

    now = sample.ask(2)
    assert changed.value.facts == {
        "shown_fen": ask.shown_total_fen,
        "now_fen": now.shown_total_fen,
    }
    assert books() == before


def test_a_forged_total_places_nothing(sample):
    """A hidden field says one fen less than it costs."""
    ask = sample.ask(2)
    before = books()

    with pytest.raises(PriceChanged):
        place_order(shopper().actor, replace(ask, shown_total_fen=ask.shown_total_fen - 1), key=KEY)

    assert {**books(), "identity": before["identity"]} == before


@pytest.mark.parametrize(
    ("address", "phone"),
    [
        (sample_house.OUTLET_ADDRESS, HOME.phone),
        ("小店区长治路 ２３８ 号 2号柜台 王姐收", HOME.phone),
        (HOME.address, sample_house.OUTLET_PHONE),
    ],
)
def test_an_outlets_address_is_refused(sample, address, phone):
    """Goods are sent home, never to the counter: by street or by phone."""
    there = replace(HOME, address=address, phone=phone)

    with pytest.raises(AddressIsOutlet):
        place_order(shopper().actor, sample.ask(consignee=there), key=KEY.format(1))

    assert one("SELECT count(*) FROM customs_order") == 0


def test_who_may_not_buy_is_told_and_not_remembered(sample):
    """Not signed in, not verified, consent withdrawn: no row under the key, it works later."""
    who, ask = shopper(), sample.ask()
    actor = who.actor
    with pytest.raises(SignInRequired):
        place_order(replace(actor, kind="visit"), ask, key=KEY.format(1))
    with db.write() as connection:
        connection.execute(text("UPDATE consent SET withdrawn_at = 1"))
    with pytest.raises(ConsentNotGiven):
        place_order(actor, ask, key=KEY.format(1))
    with db.write() as connection:
        connection.execute(text("UPDATE consent SET withdrawn_at = NULL"))
        connection.execute(text("UPDATE identity SET result = 'mismatch', person_sealed = NULL"))
    with pytest.raises(IdentityRequired):
        place_order(actor, ask, key=KEY.format(1))

    assert one("SELECT count(*) FROM idempotency") == 0
    assert one("SELECT count(*) FROM customs_order") == 0


def test_a_closed_offer_places_nothing(sample, clock):
    """Taken down between the page and the button; and an offer that never was."""
    who, ask = shopper(), sample.ask()
    with db.write() as connection:
        connection.execute(text("UPDATE offer SET open = FALSE"))
    clock.tick(3)

    for offer_id in (ask.offer_id, 1):
        with pytest.raises(OfferClosed):
            place_order(who.actor, replace(ask, offer_id=offer_id), key=KEY.format(offer_id % 9))

    assert one("SELECT count(*) FROM customs_order") == 0
