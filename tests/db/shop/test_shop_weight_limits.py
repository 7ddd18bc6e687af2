"""Sugar and rice: a person's year is counted by weight when an order is placed, and given back."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from kernel import db
from settlement.tax.errors import OverWeightLimit
from shop.checkout.offer_facts import forget_believed
from shop.give_back import give_back
from shop.place_order import place_order
from tests.support.sample_house import Sample, one, rows, shopper

KEY = "key-of-a-weight-{:04d}"


@pytest.fixture
def sugar(sample) -> Sample:
    """The walk's goods count as sugar, 700 g a piece."""
    with db.write() as connection:
        connection.execute(text("UPDATE tariff SET weight_limit = 'sugar'"))
        connection.execute(
            text(
                "UPDATE account_book_item SET net_e5_per_piece = 70000, gross_e5_per_piece = 80000"
            )
        )
    forget_believed()
    return sample


def test_an_order_counts_its_net_weight(sugar):
    """Two pieces are 1.4 kg; a third is refused, for the person and not for the account."""
    place_order(shopper(1).actor, sugar.ask(2), key=KEY.format(1))

    with pytest.raises(OverWeightLimit) as refused:
        place_order(shopper(2, person=1).actor, sugar.ask(1), key=KEY.format(2))
    place_order(shopper(3).actor, sugar.ask(1), key=KEY.format(3))

    assert refused.value.facts["left_e5"] == 60_000
    assert sorted(rows("SELECT used_e5 FROM weight_year")) == [(70_000,), (140_000,)]
    assert sorted(rows("SELECT kind, net_e5, state FROM weight_use")) == [
        ("sugar", 70_000, "used"),
        ("sugar", 140_000, "used"),
    ]


def test_an_order_that_does_not_go_on_gives_its_weight_back_once(sugar):
    """Given back twice, it is free for the next order once."""
    who = shopper(1).actor
    placed = place_order(who, sugar.ask(2), key=KEY.format(1))

    for _ in range(2):
        give_back(placed.order_ids[0])

    assert one("SELECT used_e5 FROM weight_year") == 0
    again = place_order(who, sugar.ask(2), key=KEY.format(2))
    assert replace(again, checkout_id=0, order_ids=()) == replace(
        placed, checkout_id=0, order_ids=(), expires_at=again.expires_at
    )


def test_other_goods_count_to_no_weight(sample):
    """Goods whose code names no limit leave no trace in it."""
    place_order(shopper(1).actor, sample.ask(2), key=KEY.format(1))

    assert rows("SELECT * FROM weight_year") == rows("SELECT * FROM weight_use") == []
