"""Waybill numbers and the courier's declaration, on both databases."""

import threading

import pytest
from sqlalchemy import text

from bonded_display.warehouse.cause_waybill import cause_waybill, learn_waybill, redeclare_waybill
from bonded_display.warehouse.courier import WaybillAsk
from bonded_display.warehouse.errors import CourierRefused, WaybillMissing
from bonded_display.warehouse.waybills import (
    free_waybills,
    refill_pool,
    take_late_waybill,
    take_waybills_many,
)
from kernel import db, deliveries, outbox
from kernel.batch import Batch
from kernel.calls import OtherSideDown
from kernel.clock import now as clock_now
from kernel.db import in_transaction
from tests.db.warehouse.house import COURIER, House
from tests.db.warehouse.other_side import OtherSide


def take(house: House, *order_ids: int) -> dict[int, str | None]:
    with house.database.write() as conn, Batch(conn) as batch:
        return dict(take_waybills_many(batch, order_ids, courier_enterprise_id=COURIER, at=7)())


def free(house: House) -> int:
    with house.database.read() as conn:
        return free_waybills(conn, COURIER)


def ask(order_id: int) -> WaybillAsk:
    return WaybillAsk(
        order_id=order_id,
        order_no=f"QZ{order_id}",
        consignee="林晓月",
        telephone="13900001234",
        address="浙江省宁波市鄞州区某路 1 号",
        freight_fen=600,
        insured_fen=0,
        gross_e5=61_000,
        goods_info="保湿面霜",
    )


def test_the_pool_is_filled_when_it_runs_low(house: House, other_side: OtherSide):
    """Empty: five come. Five are enough for a mark of five; at six they are fetched again."""
    assert refill_pool(COURIER, low_water=5, fill=5) == 5
    assert refill_pool(COURIER, low_water=5, fill=5) == 0
    assert refill_pool(COURIER, low_water=6, fill=5) == 5

    assert free(house) == 10
    assert len(other_side.bodies("/waybill-numbers")) == 2


def test_an_unanswered_request_is_asked_again_under_its_number(house: House, other_side: OtherSide):
    """The courier's answer is lost: its numbers come with the second asking, and count once."""
    other_side.lost_answers = 1
    with pytest.raises(OtherSideDown):
        refill_pool(COURIER, low_water=5, fill=5)

    assert refill_pool(COURIER, low_water=5, fill=5) == 5

    first, second = other_side.bodies("/waybill-numbers")
    assert first == second
    assert free(house) == 5


def test_each_order_takes_one_number(house: House):
    """Three orders of one group, then one of them again: it keeps its number."""
    refill_pool(COURIER, low_water=1, fill=5)

    taken = take(house, 3, 1, 2)
    again = take(house, 2)

    assert len(set(taken.values())) == 3
    assert None not in taken.values()
    assert again == {2: taken[2]}
    assert free(house) == 2


def test_a_dry_pool_gives_none_and_blocks_nobody(house: House):
    """One number, three paid orders: one has it, two wait for theirs without an error."""
    refill_pool(COURIER, low_water=1, fill=1)

    taken = take(house, 1, 2, 3)

    assert sorted(taken, key=lambda order: taken[order] is None) == [1, 2, 3]
    assert list(taken.values()).count(None) == 2


def test_a_number_is_never_taken_twice(house: House):
    """Four groups take two numbers each from six in the same moment: six orders have one each."""
    refill_pool(COURIER, low_water=1, fill=6)
    start = threading.Barrier(4)
    taken: dict[int, str | None] = {}

    def group(first: int) -> None:
        start.wait()
        taken.update(take(house, first, first + 1))

    groups = [threading.Thread(target=group, args=(10 * n,)) for n in range(4)]
    for each in groups:
        each.start()
    for each in groups:
        each.join()

    numbers = [number for number in taken.values() if number is not None]
    assert len(taken) == 8
    assert len(numbers) == len(set(numbers)) == 6


def test_a_late_number_is_told_once(house: House):
    """Dry at payment: nothing; after the refill the order takes one, and one fact says so."""
    take(house, 1)
    assert take_late_waybill(1, courier_enterprise_id=COURIER) is None
    refill_pool(COURIER, low_water=1, fill=2)

    numbers = {take_late_waybill(1, courier_enterprise_id=COURIER) for _ in range(2)}

    assert len(numbers) == 1
    assert None not in numbers
    assert house.facts() == [("waybill.taken", "customs_order:1")]


def test_the_courier_declares_and_its_acceptance_is_learnt(house: House, other_side: OtherSide):
    """511 is caused with the order's texts; 512 went to the courier, which tells us."""
    refill_pool(COURIER, low_water=1, fill=2)
    number = take(house, 1)[1]
    assert number is not None

    caused = cause_waybill(ask(1))
    before = learn_waybill(1)
    other_side.accept(number)
    after = learn_waybill(1)

    (told,) = other_side.bodies("/waybills")
    assert (told["waybill_no"], told["order_no"], told["consignee"]) == (number, "QZ1", "林晓月")
    assert "order_id" not in told
    assert [caused.state, before.state, after.state] == ["received", "received", "accepted"]
    assert (after.return_status, after.return_time_text) == ("120", "20261124100500123")


def test_a_waybill_is_declared_once(house: House, other_side: OtherSide):
    """The handler comes again after it was done: the courier hears nothing new."""
    refill_pool(COURIER, low_water=1, fill=2)
    take(house, 1)

    for _ in range(2):
        cause_waybill(ask(1))

    assert len(other_side.bodies("/waybills")) == 1


def test_a_crash_before_the_answer_was_kept_loses_nothing_of_it(
    house: House, other_side: OtherSide
):
    """Caused, then killed; by the time it is asked again customs has accepted."""
    refill_pool(COURIER, low_water=1, fill=2)
    number = take(house, 1)[1]
    assert number is not None
    cause_waybill(ask(1))
    with db.write() as conn:
        conn.execute(text("UPDATE waybill_declaration SET state = 'causing'"))
    other_side.accept(number)

    again = cause_waybill(ask(1))

    assert (again.state, again.return_status) == ("accepted", "120")
    assert again.return_time_text == "20261124100500123"


def test_acceptance_is_not_taken_back(house: House, other_side: OtherSide):
    """The courier later tells an older state: what was accepted stays."""
    refill_pool(COURIER, low_water=1, fill=2)
    number = take(house, 1)[1]
    assert number is not None
    cause_waybill(ask(1))
    other_side.accept(number)
    learn_waybill(1)
    other_side.waybills[number]["state"] = "sent"

    assert learn_waybill(1).state == "accepted"


def test_a_rejected_waybill_is_declared_anew(house: House, other_side: OtherSide):
    """Customs said no; the rejection stands until the courier is asked to send it again."""
    refill_pool(COURIER, low_water=1, fill=2)
    number = take(house, 1)[1]
    assert number is not None
    cause_waybill(ask(1))
    other_side.reject(number)
    assert learn_waybill(1).state == "rejected"
    assert learn_waybill(1).return_status == "-504015"

    anew = redeclare_waybill(1)
    other_side.accept(number)

    assert (anew.state, anew.return_status) == ("sent", None)
    assert learn_waybill(1).state == "accepted"
    assert redeclare_waybill(1).state == "accepted"
    assert len(other_side.bodies(f"/waybills/{number}/redeclare")) == 1


def test_a_lost_answer_to_the_second_declaration_is_learnt(house: House, other_side: OtherSide):
    """The courier sent it anew and we were killed before we kept that: it is asked how it stands."""
    refill_pool(COURIER, low_water=1, fill=2)
    number = take(house, 1)[1]
    assert number is not None
    cause_waybill(ask(1))
    other_side.reject(number)
    learn_waybill(1)
    redeclare_waybill(1)
    with db.write() as conn:
        conn.execute(text("UPDATE waybill_declaration SET state = 'rejected'"))
    other_side.accept(number)

    again = redeclare_waybill(1)

    assert (again.state, again.return_status) == ("accepted", "120")


def test_without_a_number_nothing_is_declared(house: House, other_side: OtherSide):
    """The pool was dry: the declaration waits, the courier is not asked."""
    with pytest.raises(WaybillMissing):
        cause_waybill(ask(1))
    with pytest.raises(WaybillMissing):
        learn_waybill(1)

    assert other_side.asked == []


def test_a_refusal_is_told_and_the_declaration_can_be_caused_again(
    house: House, other_side: OtherSide
):
    """The courier finds fault with the number; later the same request passes."""
    refill_pool(COURIER, low_water=1, fill=2)
    take(house, 1)
    other_side.refuse["/waybills"] = (422, {"error": "waybill_unknown"})

    with pytest.raises(CourierRefused):
        cause_waybill(ask(1))
    other_side.refuse.clear()
    cause_waybill(ask(1))

    first, second = other_side.bodies("/waybills")
    assert first["request_no"] == second["request_no"]


@pytest.mark.parametrize(
    "body",
    [
        {"error": "waybill_unknown", "detail": "收件人林晓月 13900001234 不存在"},
        {"error": "收件人林晓月 13900001234 不存在"},
    ],
)
def test_personal_words_of_a_refusal_are_not_kept(
    house: House, other_side: OtherSide, capsys, body
):
    """The courier names the receiver in its refusal: neither delivery nor log repeats it."""
    refill_pool(COURIER, low_water=1, fill=2)
    take(house, 1)
    other_side.refuse["/waybills"] = (422, body)
    outbox.use_flow({"payer.accepted": ("declare",)})
    with db.write() as conn:
        outbox.record(
            conn,
            "payer.accepted",
            subject="customs_order:1",
            subject_seq=1,
            payload={"order_id": "1"},
            at=clock_now(),
        )

    deliveries.run_due({"declare": lambda _: cause_waybill(ask(1))})
    outbox.use_flow({})

    with house.database.read() as conn:
        (trouble,) = conn.execute(text("SELECT trouble FROM delivery")).scalars()
    told = trouble + "".join(capsys.readouterr())
    assert "courier_refused" in told
    assert not [word for word in ("林晓月", "13900001234", "\\u6797") if word in told]


def test_no_name_or_address_is_kept(house: House, other_side: OtherSide):
    """After the declaration, the table knows number and state only; the ask does not print itself."""
    refill_pool(COURIER, low_water=1, fill=2)
    take(house, 1)
    cause_waybill(ask(1))

    with house.database.read() as conn:
        (row,) = conn.execute(text("SELECT * FROM waybill_declaration"))
    assert not {"林晓月", "13900001234"} & {str(value) for value in row}
    assert "林晓月" not in repr(ask(1))
    assert not in_transaction()
