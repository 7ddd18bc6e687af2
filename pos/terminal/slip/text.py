"""Decides how text meets a printer's columns: what it can strike, how wide, where it breaks.

A column is 12 dots; a character takes as many as it has GBK bytes, whatever Unicode calls it.
"""

import unicodedata
from collections.abc import Iterator

_SAID_OTHERWISE = str.maketrans({"¥": "￥", "\u00a0": " ", "\u2009": " ", "–": "-", "\t": " "})


def clean(text: str) -> str:
    """Return ``text`` in characters that GBK firmware strikes.

    A letter with a foreign accent loses it, an emoji and every control character is dropped
    (a name must not carry commands to the printer), anything else unknown becomes ``?``.
    """
    return "".join(_strikable(char) for char in text.translate(_SAID_OTHERWISE))


def _strikable(char: str) -> str:
    if unicodedata.category(char)[0] == "C" or unicodedata.category(char) == "So":
        return char if _known(char) and char.isprintable() else ""
    if _known(char):
        return char
    plain = "".join(c for c in unicodedata.normalize("NFKD", char) if _known(c))
    return plain or ("" if unicodedata.combining(char) else "?")


def _known(char: str) -> bool:
    return len(char.encode("gbk", "ignore")) > 0


def cells(text: str) -> int:
    """Return how many columns ``text`` takes at single width."""
    return len(text.encode("gbk", "replace"))


def encoded(text: str) -> bytes:
    """Return the bytes of a text that ``clean`` has gone over."""
    return text.encode("gbk", "replace")


def wrap(text: str, columns: int) -> list[str]:
    """Return ``text`` in lines of at most ``columns`` columns; at least one line.

    No character is split; a latin word goes to the next line whole when it fits there.
    """
    if columns < 2:
        raise ValueError(f"{columns} columns hold no Chinese character")
    lines, line = [], ""
    for piece in _pieces(text):
        if cells(line) + cells(piece) <= columns:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        *whole, line = _chop(piece.lstrip(), columns)
        lines += whole
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str) -> Iterator[str]:
    """Yield what stays together: a run of latin letters and digits, or one other character."""
    word = ""
    for char in text:
        if char.isascii() and char != " ":
            word += char
            continue
        if word:
            yield word
        word = ""
        yield char
    if word:
        yield word


def _chop(text: str, columns: int) -> list[str]:
    parts, part = [], ""
    for char in text:
        if cells(part + char) > columns:
            parts.append(part)
            part = ""
        part += char
    return [*parts, part]


def spread(left: str, right: str, columns: int) -> list[str]:
    """Return ``left`` and ``right`` pushed to the edges; on two lines when one is too short."""
    gap = columns - cells(left) - cells(right)
    if gap >= 1:
        return [left + " " * gap + right]
    tail = wrap(right, columns)
    return [*wrap(left, columns), *(" " * (columns - cells(part)) + part for part in tail)]
