"""Decides whether an ID number can be one, and how old its holder is.

Leaves whether it belongs to the name to the identity service: a check digit is no verification.
"""

import re
import unicodedata
from datetime import date

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from shop.accounts.errors import IdentityMinor, IdNumberInvalid, IdNumberNotMainland

_OF_AGE = 18
_SHAPE = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
# First two digits: provinces of the mainland, and the residence permits of 81, 82 and 83.
_MAINLAND = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54"
    " 61 62 63 64 65".split()
)
_PERMITS = frozenset({"81", "82", "83"})


def checked_id_number(typed: str, *, on: date) -> str:
    """Return the 18 signs of a mainland ID number whose holder is of age on a day.

    Raises ``IdNumberInvalid`` for a wrong shape, province, birthday or check digit,
    ``IdNumberNotMainland`` for a residence permit and ``IdentityMinor`` under 18.
    Source: GB 11643-1999; rules 2 (a check digit is no verification).

    ``ric.validate`` is not asked whole: it refuses a county founded after the birthday,
    but a number is given at registration, which can be years later.
    """
    number = "".join(unicodedata.normalize("NFKC", typed).split()).upper()
    if not _SHAPE.fullmatch(number) or number[-1] != ric.calc_check_digit(number):
        raise IdNumberInvalid
    if number[:2] in _PERMITS:
        raise IdNumberNotMainland
    born = _birthday(number)
    if number[:2] not in _MAINLAND or born > on:
        raise IdNumberInvalid
    if _age(born, on) < _OF_AGE:
        raise IdentityMinor
    return number


def _birthday(number: str) -> date:
    try:
        return ric.get_birth_date(number)
    except ValidationError as wrong:
        raise IdNumberInvalid from wrong


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def masked_id_number(number: str) -> str:
    """Return '3101 **** **** **4X' from an ID number, for the person's own page."""
    return f"{number[:4]} **** **** **{number[-2:]}"


def masked_name(name: str) -> str:
    """Return '王**': the family name's first sign, for the person's own page."""
    return name[0] + "*" * (len(name) - 1)
