"""What a paid order meets on its way: crossed facts, missing numbers, others at the gate."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from kernel import db
from kernel.clock import now as clock_now
from kernel.metrics import papers_for_a_person
from kernel.outbox import Fact, Wait, new_fact
from shop.back_office.worklists import count_refused
from shop.capture_payment import capture_payment
from shop.duties import refill_waybills
from shop.move_order import accept_payer, move_order
from shop.order.states import IllegalMove
from shop.refuse_order import refuse_order
from shop.steps.after_customs import open_pick, refuse_rejected
from shop.steps.after_warehouse import mark_left_zone
from tests.db.shop.money import sell
from tests.support import sample_house
from tests.support.sample_house import one, rows


def states() -> tuple[str, str]:
    return one("SELECT state FROM customs_order"), one("SELECT state FROM checkout")


def test_a_refused_order_is_not_picked(sample, wallet):
    """Refused after its release: the pick task is void, the lots' pieces are free, once."""
    sample_house.fill_waybills()
    sale = sell(sample, qty=2)
    capture_payment(sale.heard(wallet))
    move_order(sale.order_id, "released")
    open_pick(_released(sale.order_id))
    assert one("SELECT SUM(set_aside) FROM lot") == 2

    assert refuse_order(sale.order_id, reason="customs -621018")
    open_pick(_released(sale.order_id))

    assert rows("SELECT state FROM pick_task") == [("void",)]
    assert one("SELECT SUM(set_aside) FROM lot") == 0
    assert sample_house.held_is_reserved()


def test_a_release_that_is_told_after_the_refusal_sends_no_picker(sample, wallet):
    """The two facts crossed: nobody is sent."""
    sample_house.fill_waybills()
    sale = sell(sample)
    capture_payment(sale.heard(wallet))
    move_order(sale.order_id, "released")
    refuse_order(sale.order_id, reason="customs -621018")

    open_pick(_released(sale.order_id))

    assert rows("SELECT id FROM pick_task") == []


def _released(order_id: int) -> Fact:
    list_id = one("SELECT declaration_list_id FROM customs_order WHERE id = :id", id=order_id)
    told = {"order_id": str(order_id), "list_id": str(list_id), "invt_no": "052020261124000001"}
    at = clock_now()
    return new_fact(
        "list.released",
        subject=f"declaration_list:{list_id}",
        subject_seq=2,
        payload=told | {"return_at": at},
        at=at,
    )


def test_a_release_without_customs_number_waits_for_it(sample, wallet):
    """800 came before the number: no task, no parked work; with the number it is opened."""
    sample_house.fill_waybills()
    sale = sell(sample)
    capture_payment(sale.heard(wallet))
    told = _released(sale.order_id)
    early = replace(told, payload={**told.payload, "invt_no": None})

    with pytest.raises(Wait):
        open_pick(early)
    with db.write() as connection:
        connection.execute(text("UPDATE declaration_list SET invt_no = '052020261124000009'"))
    open_pick(early)

    assert rows("SELECT invt_no FROM pick_task") == [("052020261124000009",)]


@pytest.mark.parametrize("kind", ["fixable", "wait"])
def test_a_paper_that_a_person_must_mend_is_told(sample, wallet, kind):
    """Nothing is undone; the operator's counter rises and the morning page shows the paper."""
    sample_house.fill_waybills()
    sale = sell(sample)
    capture_payment(sale.heard(wallet))
    with db.write() as connection:
        connection.execute(text("UPDATE declaration_list SET state = 'REJECTED', return_at = 1"))
    told = _released(sale.order_id)
    before = papers_for_a_person.labels(paper="list")._value.get()

    refuse_rejected(replace(told, payload={**told.payload, "class": kind, "status": -621012}))

    assert papers_for_a_person.labels(paper="list")._value.get() == before + 1
    assert states()[0] == "paid"
    with db.read() as connection:
        assert count_refused(connection) == 1


def test_a_payer_is_accepted_once(sample, wallet):
    """The worker died between the fact and its settling; the handler runs again: one fact."""
    sale = sell(sample)
    capture_payment(sale.heard(wallet))

    for _ in range(2):
        accept_payer(sale.order_id)

    assert one("SELECT count(*) FROM fact WHERE name = 'payer.accepted'") == 1


def test_one_order_that_may_not_move_holds_up_no_other(sample, wallet):
    """Three pass the gate, the first of them is refused by then: told, and the others have left."""
    sales = [sell(sample, number) for number in (1, 2, 3)]
    for sale in sales:
        capture_payment(sale.heard(wallet))
        move_order(sale.order_id, "released")
    refuse_order(sales[0].order_id, reason="customs -621018")
    told = replace(
        _released(sales[0].order_id),
        payload={"order_ids": [sale.order_id for sale in sales], "passed_at": 7},
    )

    with pytest.raises(IllegalMove):
        mark_left_zone(told)

    assert rows("SELECT state FROM customs_order ORDER BY id") == [
        ("refused",),
        ("left_zone",),
        ("left_zone",),
    ]


def test_numbers_are_fetched_of_every_courier_that_is_waited_for(sample, wallet, monkeypatch):
    """The courier changed while an order of the old one waits for its number: both are asked."""
    asked: list[int] = []
    monkeypatch.setattr("shop.duties.refill_pool", asked.append)
    sale = sell(sample)
    capture_payment(sale.heard(wallet))
    today = one("SELECT courier_enterprise_id FROM customs_order")
    with db.write() as connection:
        other = one("SELECT MIN(id) FROM enterprise WHERE id <> :id", id=today)
        connection.execute(
            text("UPDATE customs_order SET courier_enterprise_id = :other"), {"other": other}
        )

    refill_waybills()

    assert asked == [today, other]


def test_pieces_whose_reservation_is_over_are_offered_before_the_sweep(sample, wallet, clock):
    """All six are reserved and nobody paid: a moment before, sold out; then offered and ordered."""
    sale = sell(sample, qty=6, pay=False)
    clock.set(sale.placed.expires_at - 1)
    assert sample.shown().closed == "sold_out"

    clock.set(sale.placed.expires_at)

    assert sample.shown().closed is None
    sell(sample, 2, qty=3, pay=False)
