"""Instants and days in China."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import clock as kernel_clock
from kernel.clock import TimeTextInvalid

INSTANTS = st.integers(700_000_000_000_000, 3_700_000_000_000_000)  # 1992 to 2087


@given(INSTANTS)
def test_china_time_is_the_zone_databases(at):
    """Since 1992 the fixed offset is Asia/Shanghai."""
    expected = datetime(1970, 1, 1, tzinfo=UTC).timestamp()
    assert expected == 0
    moment = datetime.fromtimestamp(at // 1_000_000, ZoneInfo("Asia/Shanghai"))

    assert kernel_clock.china_date(at) == moment.date()
    assert kernel_clock.china_text(at) == moment.strftime("%Y%m%d%H%M%S")


@given(INSTANTS)
def test_a_time_text_survives_to_its_precision(at):
    """17 digits keep the millisecond, 14 the second."""
    assert kernel_clock.parse_china_text(kernel_clock.china_text_ms(at)) == at - at % 1_000
    assert kernel_clock.parse_china_text(kernel_clock.china_text(at)) == at - at % 1_000_000


def test_the_day_turns_at_midnight_in_china():
    """16:00 UTC on new year's eve is the first moment of the next limit year."""
    midnight = kernel_clock.china_midnight(date(2027, 1, 1))

    assert kernel_clock.china_time(midnight).astimezone(UTC) == datetime(
        2026, 12, 31, 16, tzinfo=UTC
    )
    assert kernel_clock.china_date(midnight) == date(2027, 1, 1)
    assert kernel_clock.china_date(midnight - 1) == date(2026, 12, 31)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "20261124",
        "20260230000000",
        "20261124246000",
        "2026112410000012",
        "２０２６１１２４１００００００",
    ],
)
def test_what_is_no_time_is_refused(text):
    """Too short, a day that never comes, an hour past the day, 16 digits, wide digits."""
    with pytest.raises(TimeTextInvalid):
        kernel_clock.parse_china_text(text)


def test_a_naive_datetime_is_no_instant():
    """Without a zone nobody knows when it was."""
    with pytest.raises(ValueError, match="zone"):
        kernel_clock.instant(datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


def test_the_process_clock_can_be_set(clock):
    """Whoever asks hears what the test set."""
    clock.set(42)

    assert kernel_clock.now() == 42
