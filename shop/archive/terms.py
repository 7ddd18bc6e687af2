"""Decides before which instants rows may leave: the month that is asked for, and what law asks.

Source: rules.md section 9: customs' records at least 3 years after discharge, vouchers 30; the
years are a setting.
"""

import re
from dataclasses import dataclass
from datetime import date

from kernel import clock
from kernel.clock import DAY, Instant
from kernel.config import Config
from shop.archive.errors import MonthInvalid

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Cut:
    """What is older may leave; instants.

    ``before``: placed before; ``work``: facts and keys before; ``customs``: signed for, or taken
    in as mail, before.
    """

    month: str
    before: Instant
    work: Instant
    customs: Instant


def cut_at(month: str, settings: Config) -> Cut:
    """Return the cut at the beginning of ``month`` (``2027-01``) in China.

    Raises ``MonthInvalid`` (Malformed) for another text or a month that is not over.
    """
    match = _MONTH.fullmatch(month)
    now = clock.now()
    if match is None:
        raise MonthInvalid(given=month)
    before = clock.china_midnight(date(int(match[1]), int(match[2]), 1))
    if before > now:
        raise MonthInvalid(given=month)
    return Cut(
        month=month,
        before=before,
        work=min(before, now - settings.keep_work_days * DAY),
        customs=min(before, _years_before(now, settings.keep_customs_years)),
    )


def _years_before(now: Instant, years: int) -> Instant:
    """The same day so many years ago; of 29 February the day after."""
    today = clock.china_date(now)
    try:
        then = today.replace(year=today.year - years)
    except ValueError:
        then = date(today.year - years, 3, 1)
    return clock.china_midnight(then)
