"""Decides what time it is and which day that is in China; when something is due is a room's rule.

An instant is an ``int`` of microseconds since 1970-01-01 UTC.  China is at +08:00 all year
(daylight saving ended in 1991), so a fixed offset is exact for every date this product keeps.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

from kernel.errors import Malformed

Instant = int

MILLISECOND: Instant = 1_000
SECOND: Instant = 1_000_000
MINUTE: Instant = 60 * SECOND
HOUR: Instant = 60 * MINUTE
DAY: Instant = 24 * HOUR

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CHINA_TEXT = re.compile(r"[0-9]{14}([0-9]{3})?")


class TimeTextInvalid(Malformed):
    """A time text is not 14 or 17 digits of a real moment."""

    code = "time_text_invalid"

    def __init__(self, *, given: str) -> None:
        super().__init__(given=given)


def system() -> Instant:
    """Return the machine's own time."""
    return time.time_ns() // 1_000


_now: Callable[[], Instant] = system


def use(fn: Callable[[], Instant]) -> None:
    """Make ``fn`` the clock of this process; tests give one they can set."""
    global _now
    _now = fn


def now() -> Instant:
    """Return the present instant.  A group reads it once and passes it on."""
    return _now()


def china_time(at: Instant) -> datetime:
    """Return the instant as a datetime at +08:00."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(CHINA)


def instant(moment: datetime) -> Instant:
    """Return the instant of a datetime that knows its zone; a naive one raises ``ValueError``."""
    if moment.tzinfo is None:
        raise ValueError("a datetime without a zone is no instant")
    return (moment - _EPOCH) // _MICROSECOND


def china_date(at: Instant) -> date:
    """Return the calendar day in China, which is the business day and sets the limit year."""
    return china_time(at).date()


def china_midnight(day: date) -> Instant:
    """Return the instant at which a day begins in China."""
    return instant(datetime(day.year, day.month, day.day, tzinfo=CHINA))


def china_text(at: Instant) -> str:
    """Return customs' ``YYYYMMDDhhmmss`` in China time; parts of a second are cut off."""
    return china_time(at).strftime("%Y%m%d%H%M%S")


def china_text_ms(at: Instant) -> str:
    """Return customs' ``YYYYMMDDhhmmssSSS`` in China time; parts of a millisecond are cut off."""
    moment = china_time(at)
    return f"{moment:%Y%m%d%H%M%S}{moment.microsecond // 1_000:03d}"


def parse_china_text(text: str) -> Instant:
    """Return the instant of 14 or 17 digits in China time.

    Raises ``TimeTextInvalid`` (Malformed) for anything else, 30 February included.
    """
    if _CHINA_TEXT.fullmatch(text) is None:
        raise TimeTextInvalid(given=text)
    try:
        moment = datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=CHINA)
    except ValueError as error:
        raise TimeTextInvalid(given=text) from error
    return instant(moment) + int(text[14:] or 0) * MILLISECOND
