"""A fortnight of trade has its orders in its days, and a clock that only goes on."""

import threading

import pytest

from kernel import clock
from kernel.clock import DAY, HOUR, MINUTE, china_time
from load.trade.calendar import LAST, Fate, slots
from load.trade.clockwork import Clockwork

NOW = 1_795_485_600_000_000  # 2026-11-24T10:00 in China


def test_all_orders_are_in_the_days_before_now():
    """In order of time, in shop hours but for the last, and none in the time to come."""
    planned = slots(NOW, days=14, orders=320)

    assert sum(len(slot.fates) for slot in planned) == 320
    assert [slot.at for slot in planned] == sorted(slot.at for slot in planned)
    assert planned[-1].at == NOW
    assert planned[-1].fates == LAST
    assert planned[0].at > NOW - 16 * DAY
    assert all(9 <= china_time(slot.at).hour < 22 for slot in planned[:-1])


def test_parcels_leave_once_a_day():
    """At half past four, on every day but one that is not so far yet."""
    sent = [slot.at for slot in slots(NOW, days=14, orders=320) if slot.sends_off]

    assert len(sent) == 14
    assert {china_time(at).strftime("%H:%M") for at in sent} == {"16:30"}


def test_everything_that_can_become_of_an_order_does():
    """Most are bought; each other fate is somebody's."""
    fates = [fate for slot in slots(NOW, days=14, orders=320) for fate in slot.fates]

    assert set(fates) == set(Fate)
    assert fates.count(Fate.BOUGHT) > 280


@pytest.fixture
def clockwork(tmp_path):
    """A clock a day behind the machine's."""
    return Clockwork(tmp_path / "clock", behind=DAY)


def test_the_other_side_reads_the_same_offset(clockwork, tmp_path):
    """In milliseconds, rewritten at each jump."""
    assert (tmp_path / "clock").read_text() == str(-DAY // 1000)

    clockwork.move_to(clock.system() - HOUR, lambda: None)

    off_us = 1000 * int((tmp_path / "clock").read_text()) + HOUR
    assert -MINUTE < off_us <= 0
    assert abs(clockwork.now() + HOUR - clock.system()) < MINUTE


def test_time_goes_neither_back_nor_beyond_now(clockwork):
    """Whatever it is told."""
    before = clockwork.now()
    clockwork.move_to(before - HOUR, lambda: None)
    assert clockwork.now() >= before

    clockwork.move_to(clock.system() + HOUR, lambda: None)
    assert clockwork.now() <= clock.system()


def test_the_clock_does_not_jump_while_somebody_works(clockwork):
    """It waits for who is in the middle of something, and goes before who comes after."""
    told: list[str] = []
    with clockwork.working():
        jump = threading.Thread(
            target=clockwork.move_to, args=(clock.system(), lambda: told.append("jumped"))
        )
        jump.start()
        jump.join(0.1)
        assert told == []
    jump.join(5)

    assert told == ["jumped"]
