"""A full guarantee loses nothing: who waits keeps the place, and goes when there is room."""

import json
from datetime import date

import pytest
from sqlalchemy import select

from kernel import clock as kernel_clock
from kernel import outbox
from kernel.clock import HOUR, SECOND
from kernel.db import Database
from settlement.tax import guarantees, tables
from settlement.tax.cover.forecast import forecasts, full_at
from settlement.tax.errors import GuaranteeExhausted
from settlement.wait_for_guarantee import wait_for_guarantee

PURPOSES = ("retail_tax", "display")


@pytest.fixture(params=PURPOSES)
def purpose(request) -> str:
    return request.param


@pytest.fixture
def filed(database: Database) -> Database:
    """Two guarantees of 100.00, one for each purpose."""
    with database.write() as conn:
        for id_, of in enumerate(PURPOSES, start=1):
            guarantees.put_guarantee(
                conn,
                guarantees.Guarantee(
                    id=id_,
                    purpose=of,
                    guarantor_enterprise_id=5,
                    assure_code=of.upper(),
                    customs_office="0500",
                    limit_fen=10_000,
                    valid_from_on=date(2026, 1, 1),
                    valid_to_on=date(2026, 12, 31),
                ),
            )
    return database


class Desk:
    """Sends documents as the handler does: it holds, or keeps its place and asks again."""

    def __init__(self, database: Database, purpose: str) -> None:
        self.database = database
        self.purpose = purpose

    def send(self, number: int, amount_fen: int) -> int:
        """Return 0 when it went, else the seconds after which it asks again."""
        try:
            with self.database.write() as conn:
                guarantees.hold(
                    conn,
                    purpose=self.purpose,
                    document=f"doc:{number}",
                    amount_fen=amount_fen,
                    at=kernel_clock.now(),
                )
        except GuaranteeExhausted as full:
            return wait_for_guarantee(full)
        return 0

    def free(self, number: int, *, how: str = "restore") -> None:
        document, at = f"doc:{number}", kernel_clock.now()
        with self.database.write() as conn:
            if how == "void":
                guarantees.void(conn, document=document, at=at)
            else:
                guarantees.restore_many(conn, [document], at=at)

    def waiting(self) -> list[str]:
        table = tables.guarantee_queue
        with self.database.read() as conn:
            query = select(table.c.document).order_by(table.c.since_at, table.c.document)
            return list(conn.execute(query).scalars())


@pytest.fixture
def desk(filed, purpose) -> Desk:
    return Desk(filed, purpose)


def test_after_a_restore_the_oldest_go_first(desk, clock):
    """60.00 waits before 10.00; the small one finds room but lets the old one go before it."""
    assert desk.send(1, 9_500) == 0
    assert desk.send(2, 6_000) > 0
    clock.tick(1)
    assert desk.send(3, 5_000) > 0
    clock.tick(1)
    assert desk.send(4, 400) > 0
    assert desk.waiting() == ["doc:2", "doc:3", "doc:4"]

    desk.free(1)

    assert desk.send(4, 400) > 0, "60.00 and 50.00 are due before it: no room is left"
    assert desk.send(3, 5_000) > 0
    assert desk.send(2, 6_000) == 0
    assert desk.send(3, 5_000) > 0, "40.00 are left"
    assert desk.send(4, 400) > 0, "50.00 of them are due to an older one"

    desk.free(2, how="void")
    assert [desk.send(number, fen) for number, fen in ((3, 5_000), (4, 400))] == [0, 0]
    assert desk.waiting() == []


def test_room_beside_what_older_ones_need_is_used(desk, clock):
    """20.00 wait and 80.00 come free: 60.00 may go before them, for both have room."""
    desk.send(1, 9_000)
    desk.send(2, 2_000)
    desk.free(1)

    assert desk.send(3, 6_000) == 0
    assert desk.send(2, 2_000) == 0


def test_who_asks_no_more_is_waited_for_ten_minutes(desk, clock):
    """Its order was refused without a word to the guarantee."""
    desk.send(1, 9_000)
    desk.send(2, 9_000)
    desk.free(1)
    assert desk.send(3, 9_000) > 0

    clock.tick(601)

    assert desk.send(3, 9_000) == 0


def test_who_is_withdrawn_gives_up_the_place(desk, clock):
    """A list is refused while it waits; it held before, so it is voided."""
    desk.send(1, 500)
    desk.send(2, 9_500)
    desk.free(1, how="void")
    assert desk.send(1, 1_000) > 0

    with desk.database.write() as conn:
        guarantees.void(conn, document="doc:1", at=clock.now())

    assert desk.waiting() == []


def test_what_no_guarantee_could_hold_stops_nobody(desk, clock):
    """100.01 waits for ever; what comes after it goes."""
    assert desk.send(1, 10_001) > 0
    clock.tick(1)

    assert desk.send(2, 10_000) == 0


def test_the_purposes_do_not_wait_for_each_other(filed, clock):
    """The retail guarantee is full; the display has all its room."""
    retail, display = Desk(filed, "retail_tax"), Desk(filed, "display")
    retail.send(1, 10_000)
    retail.send(2, 1)

    assert display.send(3, 10_000) == 0


def test_a_long_queue_asks_less_often(desk, clock):
    """The first hundred ask every five seconds, those behind them in turn later."""
    desk.send(1, 10_000)

    pauses = []
    for number in range(2, 204):
        clock.tick(1)
        pauses.append(desk.send(number, 1))

    assert (pauses[0], pauses[99], pauses[100], pauses[201]) == (5, 5, 10, 15)


def test_at_80_percent_it_is_told_once_with_the_hour_of_exhaustion(desk, clock):
    """40.00 an hour for two hours: the last 20.00 are used up in half an hour."""
    desk.send(1, 1)
    clock.tick(3_600)
    desk.send(2, 3_999)
    clock.tick(3_600)
    desk.send(3, 3_999)
    told_before = told(desk)
    desk.send(4, 1)
    desk.send(5, 100)
    now = kernel_clock.now()

    assert told_before == []
    (payload,) = told(desk)
    assert payload["held_fen"] == 8_000
    assert payload["full_at"] == now + HOUR // 2
    with desk.database.read() as conn:
        one, other = forecasts(conn, at=now)
    assert (one.purpose, one.share_bp, one.warns) == (desk.purpose, 8_100, True)
    assert one.full_at == now + 1_900 * 2 * HOUR // 8_100
    assert (other.share_bp, other.warns, other.full_at) == (0, False, None)


def told(desk: Desk) -> list[dict[str, object]]:
    table = outbox.fact_table
    with desk.database.read() as conn:
        query = select(table.c.payload).where(table.c.name == "guarantee.low")
        return [json.loads(payload) for payload in conn.execute(query).scalars()]


def test_what_waits_is_told_with_the_forecast(desk, clock):
    """Full: exhausted now, with what waits for it."""
    desk.send(1, 10_000)
    desk.send(2, 700)

    with desk.database.read() as conn:
        one, _ = forecasts(conn, at=clock.now())

    assert (one.full_at, one.waiting, one.waiting_fen) == (clock.now(), 1, 700)


def test_a_forgotten_place_is_not_counted_in_the_forecast(desk, clock):
    """It asked eleven minutes ago and no more; the other asked just now."""
    desk.send(1, 10_000)
    desk.send(2, 700)
    clock.tick(660)
    desk.send(3, 40)

    with desk.database.read() as conn:
        one, _ = forecasts(conn, at=clock.now())

    assert (one.waiting, one.waiting_fen) == (1, 40)


def test_a_paid_period_does_not_hide_the_rate(desk, clock):
    """30.00 were restored an hour ago and 20.00 held since: 20.00 an hour go on."""
    desk.send(1, 3_000)
    clock.tick(7 * 3_600)
    desk.free(1)
    desk.send(2, 2_000)
    clock.tick(3_600)

    with desk.database.read() as conn:
        one, _ = forecasts(conn, at=clock.now())

    assert one.full_at == clock.now() + 4 * HOUR


def test_the_hour_of_exhaustion():
    """Nothing left: now; nothing grows: never; else in proportion."""
    assert full_at(0, 5, HOUR, at=7) == 7
    assert full_at(5, 0, HOUR, at=7) is None
    assert full_at(5, -1, HOUR, at=7) is None
    assert full_at(10, 5, SECOND, at=7) == 7 + 2 * SECOND


def test_a_bill_above_what_was_held_is_used_whole_and_told(desk, clock):
    """Held 99.00, billed 101.50: customs has used it, past the limit; nothing more is held."""
    desk.send(1, 9_900)

    with desk.database.write() as conn:
        used = guarantees.use(conn, document="doc:1", amount_fen=10_150, at=clock.now())
        again = guarantees.use(conn, document="doc:1", amount_fen=10_150, at=clock.now())

    assert (used.amount_fen, used.above_fen) == (10_150, 250)
    assert (again.amount_fen, again.above_fen) == (10_150, 0)
    assert desk.send(2, 1) > 0
