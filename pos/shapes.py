"""Decides how what came over the line becomes a typed record: each field of its declared kind.

What a record means is its own module's; who is told of a wrong field, the caller says.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any

BIGGEST = 2**63 - 1
LONGEST = 1_000

Refuse = Callable[[str, str], Exception]


def typed(body: object, shape: type[Any], refuse: Refuse) -> dict[str, Any]:
    """Return the fields of ``shape`` found in ``body``; fields of a newer version are passed over.

    Text is at most ``LONGEST`` characters and can be stored; whole numbers fit 63 bits.  Raises
    what ``refuse(field, given)`` makes.
    """
    given = body if isinstance(body, Mapping) else {}
    values = {}
    for field in fields(shape):
        if field.name not in given and field.default is not MISSING:
            continue
        value = given.get(field.name)
        wanted = field.type if field.type in (str, int) else (list, tuple)
        if not isinstance(value, wanted) or isinstance(value, bool) or not _fits(value):
            raise refuse(field.name, repr(value)[:40])
        values[field.name] = value
    return values


def _fits(value: object) -> bool:
    if isinstance(value, int):
        return -BIGGEST <= value <= BIGGEST
    if isinstance(value, str):
        return len(value) <= LONGEST and "\0" not in value and _is_unicode(value)
    return True


def _is_unicode(value: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in value)
