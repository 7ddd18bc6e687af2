"""Decides how a text stands in a workbook, whose XML cannot carry every character.

Source: ECMA-376 part 1, 22.9.2.19 (ST_Xstring): ``_x000D_`` is a carriage return, and an underscore
before what only looks like that is ``_x005F_``.
"""

import re

_UNFIT = re.compile("[\0-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def to_workbook(text: str) -> str:
    """Return a text as a workbook carries it."""
    return _UNFIT.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def from_workbook(text: str) -> str:
    """Return the text that a workbook carries."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
