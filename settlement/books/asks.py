"""Decide what a person may ask of the books: a period of business days, a place to go on from.

What is then read is ``ledger``'s, ``sale``'s and ``payments``'.
"""

import re
from dataclasses import dataclass
from datetime import date

from kernel.errors import Malformed, NotFound

PAGE = 50
"""Rows of one page."""

PAPER = 2_000
"""Rows of a print view."""

SHEET = 20_000
"""Rows of an export."""

BIGGEST_ID = 2**63 - 1
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class PeriodInvalid(Malformed):
    """A day is not one, or the period ends before it begins; nothing was read."""

    code = "period_invalid"

    def __init__(self, *, given: str) -> None:
        super().__init__(given=given[:40])


class NotInBooks(NotFound):
    """The books have no such account, posting, sale or payment."""

    code = "not_in_books"


@dataclass(frozen=True, slots=True)
class Period:
    """Business days from ``from_on`` to ``to_on``, both included; None is open."""

    from_on: date | None = None
    to_on: date | None = None


def read_period(from_text: str, to_text: str) -> Period:
    """Return the period of two days typed as ``2026-11-24``; empty is open.

    Raises ``PeriodInvalid``.
    """
    period = Period(_day(from_text), _day(to_text))
    if period.from_on and period.to_on and period.to_on < period.from_on:
        raise PeriodInvalid(given=f"{from_text} – {to_text}")
    return period


def read_place(typed: str) -> int | None:
    """Return the id after which a page goes on; None at the beginning and for what is no id."""
    known = typed.isascii() and typed.isdigit() and len(typed) < 20
    return min(int(typed), BIGGEST_ID) if known else None


def _day(typed: str) -> date | None:
    cleaned = typed.strip()
    if not cleaned:
        return None
    try:
        if _DAY.fullmatch(cleaned):
            return date.fromisoformat(cleaned)
    except ValueError as error:
        raise PeriodInvalid(given=cleaned) from error
    raise PeriodInvalid(given=cleaned)
