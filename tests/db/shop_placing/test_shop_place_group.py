"""Placing: those who arrive together are judged in turn, under one lock, in one commit."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from kernel import clock as kernel_clock
from kernel import db
from kernel.errors import Problem
from kernel.idempotency import KeyReused, hash_body
from shop.checkout.offer_facts import offer_facts
from shop.checkout.place_group import RESERVED_FOR, Answered, commit_placings
from shop.checkout.prepare import Asking
from shop.offer.ask import PlaceAsk
from shop.place_order import place_order
from tests.support import sample_house
from tests.support.sample_house import HOME, Shopper, books, one, rows, shopper

KEY = "key-of-a-test-{:04d}"


def group(*asks: tuple[Shopper, PlaceAsk, str]) -> list[Answered | Problem]:
    """Let some placings arrive in the same moment."""
    return commit_placings(
        [
            Asking(
                asker=who.actor.id,
                outlet_id=who.actor.outlet_id,
                ask=ask,
                key=key,
                body_hash=hash_body(ask.as_dict()),
                facts=offer_facts(ask.offer_id),
                correlation="",
            )
            for who, ask, key in asks
        ]
    )


def codes(told: list[Answered | Problem]) -> list[str]:
    return [one.code if isinstance(one, Problem) else "placed" for one in told]


def free(sample) -> int:
    return sample_house.free_pieces(sample.goods.sku)


def test_a_placed_order_stands_whole(sample, clock):
    """Checkout, order, lines, reservation, limit use, key and fact: all of one instant."""
    who, ask = shopper(), sample.ask(2)

    placed = place_order(who.actor, ask, key=KEY.format(1))

    order_id = placed.order_ids[0]
    assert placed.expires_at == clock.now() + RESERVED_FOR
    assert placed.total_fen == ask.shown_total_fen
    assert rows("SELECT id, owner, state, total_fen, placed_at FROM checkout") == [
        (placed.checkout_id, who.actor.owner, "placed", ask.shown_total_fen, clock.now())
    ]
    assert rows("SELECT id, state, paid_share_fen, paid_at FROM customs_order") == [
        (order_id, "placed", ask.shown_total_fen, None)
    ]
    assert rows("SELECT order_id, qty, state, expires_at FROM reservation") == [
        (order_id, 2, "reserved", placed.expires_at)
    ]
    value = one("SELECT goods_fen + freight_fen + insurance_fen FROM customs_order")
    assert rows("SELECT order_id, value_fen, state FROM limit_use") == [(order_id, value, "used")]
    assert one("SELECT used_fen FROM limit_year") == value
    assert rows("SELECT owner, key, status FROM idempotency") == [
        (who.actor.owner, KEY.format(1), "done")
    ]
    assert rows("SELECT name, subject, actor FROM fact") == [
        ("order.placed", f"customs_order:{order_id}", who.actor.owner)
    ]
    assert free(sample) == 4
    assert sample_house.held_is_reserved()


def test_the_earliest_to_expire_goes_first(sample):
    """Two account-book items have the pieces: the line takes the one that expires sooner."""
    place_order(shopper().actor, sample.ask(2), key=KEY.format(1))

    assert one(
        "SELECT b.expires_on = (SELECT MIN(c.expires_on) FROM account_book_item c"
        " WHERE c.item_id = b.item_id) FROM order_line l"
        " JOIN account_book_item b ON b.id = l.account_book_item_id"
    )


def test_a_line_that_no_item_covers_is_split(sample):
    """Four of three and three: two lines with their own gnum, each with its share of freight."""
    ask = sample.ask(4)

    placed = place_order(shopper().actor, ask, key=KEY.format(1))

    lines = rows("SELECT gnum, qty, freight_fen FROM order_line ORDER BY gnum")
    assert [(gnum, qty) for gnum, qty, _ in lines] == [(1, 3), (2, 1)]
    assert sum(freight for *_, freight in lines) == one("SELECT freight_fen FROM customs_order")
    assert placed.total_fen == ask.shown_total_fen
    assert len(rows("SELECT id FROM reservation")) == 2


def test_the_same_key_twice_in_one_group_is_one_order(sample):
    """An impatient double tap: one order, the same answer, the second marked as replayed."""
    who, ask = shopper(), sample.ask(2)

    first, second = group((who, ask, KEY.format(1)), (who, ask, KEY.format(1)))

    assert isinstance(first, Answered)
    assert isinstance(second, Answered)
    assert (first.result, first.replayed, second.replayed) == (second.result, False, True)
    assert one("SELECT count(*) FROM checkout") == 1
    assert free(sample) == 4


def test_the_same_key_in_a_later_group_is_the_first_answer(sample, clock):
    """Sent again after the price changed and the pieces went: what was answered is answered."""
    who, ask = shopper(), sample.ask(6)
    first = place_order(who.actor, ask, key=KEY.format(1))
    with db.write() as connection:
        connection.execute(text("UPDATE offer SET price_fen = 1, price_version = 2"))
    clock.tick(3)

    again = place_order(who.actor, ask, key=KEY.format(1))

    assert again == replace(first, replayed=True)
    assert one("SELECT count(*) FROM checkout") == 1


@pytest.mark.parametrize("together", [True, False])
def test_another_body_under_a_key_places_nothing(sample, together):
    """Two pieces, then three, under one key: the first stands, the second is refused."""
    who, key = shopper(), KEY.format(1)
    two, three = (who, sample.ask(2), key), (who, sample.ask(3), key)

    told = group(two, three) if together else [*group(two), *group(three)]

    assert codes(told) == ["placed", "key_reused"]
    assert isinstance(told[1], KeyReused)
    assert rows("SELECT qty FROM order_line") == [(2,)]


def test_a_key_belongs_to_its_owner(sample):
    """Two shoppers happen to send the same key: two orders."""
    asks = [(shopper(number), sample.ask(), KEY.format(1)) for number in (1, 2)]

    assert codes(group(*asks)) == ["placed", "placed"]


def test_the_last_piece_is_sold_once(sample):
    """Five are gone; three ask for the sixth in one moment: the first has it."""
    place_order(shopper(9).actor, sample.ask(5), key=KEY.format(9))
    asks = [(shopper(number), sample.ask(), KEY.format(number)) for number in (1, 2, 3)]

    told = group(*asks)

    assert codes(told) == ["placed", "stock_short", "stock_short"]
    assert free(sample) == 0
    assert sample_house.held_is_reserved()
    assert [problem.facts["free"] for problem in told[1:]] == [0, 0]


def test_who_wants_less_is_served_after_who_wanted_too_much(sample):
    """Six are there: four, then three too many, then two."""
    asks = [
        (shopper(number), sample.ask(qty), KEY.format(number))
        for number, qty in ((1, 4), (2, 3), (3, 2))
    ]

    told = group(*asks)

    assert codes(told) == ["placed", "stock_short", "placed"]
    assert free(sample) == 0


def test_a_judged_refusal_is_answered_again(sample):
    """Nothing was left; after more came the same key still says so, a new key is served."""
    who, ask = shopper(), sample.ask(2)
    place_order(shopper(9).actor, sample.ask(5), key=KEY.format(9))
    assert codes(group((who, ask, KEY.format(1)))) == ["stock_short"]
    with db.write() as connection:
        connection.execute(text("UPDATE availability SET on_hand = on_hand + 5"))
        connection.execute(text("UPDATE lot SET qty = qty + 5"))

    assert codes(group((who, ask, KEY.format(1)), (who, ask, KEY.format(2)))) == [
        "stock_short",
        "placed",
    ]


def test_a_person_reaches_the_limit_within_one_group(sample):
    """Two accounts of one person, 25,000 yuan used: the second order would pass 26,000."""
    first, second, other = shopper(1), shopper(2, person=1), shopper(3)
    placed = group((first, sample.ask(), KEY.format(1)))
    assert codes(placed) == ["placed"]
    value = one("SELECT used_fen FROM limit_year")
    with db.write() as connection:
        left = 2_600_000 - value
        connection.execute(text("UPDATE limit_year SET used_fen = :used"), {"used": left})

    told = group(
        *[(who, sample.ask(), KEY.format(7)) for who in (first, second, other)],
    )

    assert codes(told) == ["placed", "over_year_limit", "placed"]
    assert one("SELECT MAX(used_fen) FROM limit_year") == 2_600_000
    assert one("SELECT count(*) FROM limit_use") == 3


def test_a_group_frees_what_nobody_paid_in_time(sample, clock):
    """All six are reserved for half an hour; a moment before it ends none is free, then all."""
    two = sample.ask(2)
    place_order(shopper(1).actor, sample.ask(6), key=KEY.format(1))
    clock.set(clock.now() + RESERVED_FOR - 1)
    assert codes(group((shopper(2), sample.ask(1), KEY.format(2)))) == ["stock_short"]

    clock.set(clock.now() + 1)
    told = group(*[(shopper(number), two, KEY.format(number)) for number in (3, 4, 5)])

    assert codes(told) == ["placed"] * 3
    assert sorted(rows("SELECT state, SUM(qty) FROM reservation GROUP BY state")) == [
        ("released", 6),
        ("reserved", 6),
    ]
    assert sample_house.held_is_reserved()


def test_a_group_of_many_is_one_commit(sample):
    """Thirty shoppers, six pieces, all in one group: six orders, the others refused."""
    told = group(*[(shopper(number), sample.ask(), KEY.format(number)) for number in range(1, 31)])

    assert codes(told) == ["placed"] * 6 + ["stock_short"] * 24
    assert one("SELECT count(*) FROM idempotency") == 30
    assert one("SELECT count(DISTINCT placed_at) FROM customs_order") == 1
    assert free(sample) == 0


def test_what_the_order_keeps_of_people_is_sealed(sample):
    """Name, ID number, phone and address of buyer and receiver: nowhere in the clear."""
    who = shopper()
    place_order(who.actor, sample.ask(), key=KEY.format(1))

    told = repr(books()) + repr(rows("SELECT * FROM idempotency"))

    for secret in (who.id_number, who.phone, HOME.phone, HOME.phone[3:], "文三路90号", who.name):
        assert secret not in told
        assert secret.encode().hex() not in told
    assert kernel_clock.now() == one("SELECT placed_at FROM customs_order")
