"""Decide how words are broken into the lines of a label: between hanzi anywhere, else at spaces.

A number and its unit stay together.  Where the lines stand is ``labels``'.
"""

import re
from collections.abc import Callable

_CJK = "⺀-鿿豈-﫿＀-￯　-〿"
_UNITS = "毫升|千克|公斤|毫克|微克|厘米|毫米|平方米|[⺀-鿿]"
_UNITS_LATIN = "kg|mg|g|ml|cl|l|cm|mm|m|oz|lb|pcs"
_MEASURE = rf"[^\s{_CJK}]*[0-9](?: ?(?:{_UNITS})装?| (?i:{_UNITS_LATIN})(?![^\s{_CJK}]))"
"""A number with its unit, and what is written to it: 250克, 6×30毫升装, 250 g."""
_PIECES = re.compile(rf"{_MEASURE}|[{_CJK}]|[^\s{_CJK}]+|\s+")
_MEASURES = re.compile(_MEASURE)
_NEVER_FIRST = "，。、；：！？）》」』”’·…%"
_NEVER_LAST = "（《「『“‘"
ELLIPSIS = "…"

Width = Callable[[str], int]


def break_lines(text: str, *, width: int, lines: int, measure: Width) -> list[str]:
    """Return ``text`` in at most ``lines`` lines of at most ``width``, by ``measure``.

    What does not fit ends in an ellipsis.  No line begins with closing
    punctuation or ends with an opening bracket.
    """
    broken = [""]
    for piece in _split_long(_PIECES.findall(" ".join(text.split())), width, measure):
        if measure((broken[-1] + piece).rstrip()) <= width:
            broken[-1] += piece
            continue
        body, carried = _part(broken[-1], piece)
        if measure(carried + piece) > width:
            body, carried = broken[-1], ""
        broken[-1] = body
        broken.append(carried + piece.lstrip())
    kept = [line.strip() for line in broken[:lines]]
    over = len(broken) > lines
    kept[-1] = shorten(kept[-1] + (ELLIPSIS if over else ""), width=width, measure=measure)
    return kept


def _part(line: str, piece: str) -> tuple[str, str]:
    """Return ``line`` and what of its end goes down to the next line together with ``piece``."""
    cut = len(line)
    if piece[0] in _NEVER_FIRST:
        cut -= 1
        while cut > 0 and line[cut] in _NEVER_FIRST:
            cut -= 1
    while cut > 0 and line[cut - 1] in _NEVER_LAST:
        cut -= 1
    return (line[:cut], line[cut:]) if cut > 0 else (line, "")


def shorten(text: str, *, width: int, measure: Width) -> str:
    """Return ``text`` cut to ``width``, ending in an ellipsis when something was cut.

    A number with its unit is left out whole: half of one would say another weight.
    """
    if measure(text) <= width:
        return text
    body = text.rstrip(ELLIPSIS)
    while body and measure(body.rstrip() + ELLIPSIS) > width:
        body = body[:-1]
    for told in _MEASURES.finditer(text):
        if 0 < told.start() < len(body) < told.end():
            body = body[: told.start()]
    return body.rstrip() + ELLIPSIS


def _split_long(pieces: list[str], width: int, measure: Width) -> list[str]:
    split: list[str] = []
    for piece in pieces:
        split.extend([piece] if measure(piece) <= width else piece)
    return split
