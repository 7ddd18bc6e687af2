"""Decides whether a mainland ID number is well formed, and the age that it tells.

Whether the number belongs to somebody is left to ``people``.
"""

from __future__ import annotations

from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
FULL_AGE = 18


def birth_date(number: str) -> date | None:
    """Return the birth date inside a well-formed number, else None.

    Source: GB 11643-1999 (weights, modulus 11).
    """
    body, check = number[:17], number[17:]
    if len(number) != 18 or not (body.isascii() and body.isdigit()):
        return None
    total = sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True))
    if CHECK[total % 11] != check:
        return None
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def is_minor(born: date, today: date) -> bool:
    """Whether somebody born then is under eighteen today."""
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return age < FULL_AGE
