"""Decide what a scanned code says: goods, a lot, or both.

Which pieces it is counted for is ``pick_match``'s.
"""

import re
from dataclasses import dataclass

_GTIN = re.compile(r"[0-9]{8}|[0-9]{12,14}")
_GS1 = re.compile(r"\(?01\)?([0-9]{14})\(?10\)?([!-~]{1,20})")


@dataclass(frozen=True, slots=True)
class Scanned:
    """A GTIN of 14 digits, a maker's lot number, or both."""

    gtin14: str | None
    lot_no: str | None


def read_code(text: str) -> Scanned:
    """Return what ``text`` names; whatever is no GTIN is taken for a lot number.

    GTIN-8, -12, -13 and -14 with a right check digit, and GS1 ``(01)GTIN(10)lot``.
    """
    code = text.strip().removeprefix("]C1").removeprefix("]d2")
    both = _GS1.fullmatch(code)
    if both and _check_digit_right(both[1]):
        return Scanned(both[1], both[2])
    if _GTIN.fullmatch(code) and _check_digit_right(code.zfill(14)):
        return Scanned(code.zfill(14), None)
    return Scanned(None, code)


def _check_digit_right(gtin14: str) -> bool:
    weighted = sum(int(digit) * (3 if n % 2 == 0 else 1) for n, digit in enumerate(gtin14))
    return weighted % 10 == 0
