"""Decides whether an ID number can be one, and how old its holder is.

Leaves whether it belongs to the name to the identity service: a check digit is no verification.
"""

import unicodedata
from datetime import date

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from shop.accounts.errors import IdentityMinor, IdNumberInvalid

_OF_AGE = 18


def checked_id_number(typed: str, *, on: date) -> str:
    """Return the 18 signs of a mainland ID number whose holder is of age on a day.

    Raises ``IdNumberInvalid`` for a wrong shape, place, birthday or check digit and
    ``IdentityMinor`` under 18.
    Source: GB 11643-1999; rules 2 (a check digit is no verification).
    """
    try:
        number = ric.validate(unicodedata.normalize("NFKC", typed))
    except ValidationError as wrong:
        raise IdNumberInvalid from wrong
    born = ric.get_birth_date(number)
    if born > on:
        raise IdNumberInvalid
    if _age(born, on) < _OF_AGE:
        raise IdentityMinor
    return number


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def masked_id_number(number: str) -> str:
    """Return '3101 **** **** **4X' from an ID number, for the person's own page."""
    return f"{number[:4]} **** **** **{number[-2:]}"


def masked_name(name: str) -> str:
    """Return '王**': the family name's first sign, for the person's own page."""
    return name[0] + "*" * (len(name) - 1)
