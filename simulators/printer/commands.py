"""Decides where one ESC/POS command ends and the next begins in a stream of bytes.

What a command does to the paper is left to ``paper``; what it answers, to ``device``.
"""

from __future__ import annotations

from dataclasses import dataclass

# Fixed-length commands: lead bytes -> (name, number of argument bytes).
FIXED: dict[bytes, tuple[str, int]] = {
    b"\x1b@": ("init", 0),
    b"\x1c&": ("kanji_on", 0),
    b"\x1c.": ("kanji_off", 0),
    b"\x1ba": ("align", 1),
    b"\x1bE": ("bold", 1),
    b"\x1d!": ("size", 1),
    b"\x1c!": ("kanji_mode", 1),
    b"\x1bd": ("feed_lines", 1),
    b"\x1bJ": ("feed_dots", 1),
    b"\x1b2": ("spacing_default", 0),
    b"\x1b3": ("spacing", 1),
    b"\x1bt": ("code_page", 1),
    b"\x1bR": ("charset", 1),
    b"\x1b!": ("print_mode", 1),
    b"\x1b-": ("underline", 1),
    b"\x1bM": ("font", 1),
    b"\x1bp": ("drawer", 3),
    b"\x1bB": ("buzzer", 2),
    b"\x1dh": ("barcode_height", 1),
    b"\x1dw": ("barcode_width", 1),
    b"\x1dH": ("barcode_text", 1),
    b"\x1df": ("barcode_font", 1),
    b"\x1da": ("auto_status", 1),
    b"\x1dr": ("status", 1),
    b"\x1dB": ("reverse", 1),
    b"\x1dL": ("left_margin", 2),
    b"\x1dW": ("print_width", 2),
    b"\x10\x04": ("realtime_status", 1),
    b"\x10\x05": ("realtime_request", 1),
    b"\x10\x14": ("realtime_pulse", 3),
}
LEADS = frozenset({0x10, 0x1B, 0x1C, 0x1D})


@dataclass(frozen=True)
class Command:
    """One command as it stood in the stream; ``raw`` is its bytes, ``args`` what follows the lead."""

    name: str
    args: bytes
    raw: bytes


def next_command(buffer: bytes, *, kanji: bool) -> Command | None:
    """Return the first whole command of ``buffer``, or None while bytes of it are missing.

    Text comes one character a command (one, two or four bytes).  A lead that this printer
    does not know is returned as ``unknown`` so that the stream goes on and the fault shows.
    """
    if not buffer:
        return None
    if buffer[0] in LEADS:
        return _escape(buffer)
    if buffer[0] < 0x20:
        name = {0x0A: "line_feed", 0x0D: "carriage_return", 0x09: "tab"}.get(buffer[0], "unknown")
        return Command(name, b"", buffer[:1])
    return _character(buffer, kanji=kanji)


def _character(buffer: bytes, *, kanji: bool) -> Command | None:
    if buffer[0] < 0x81 or not kanji:
        return Command("text", buffer[:1], buffer[:1])
    if len(buffer) < 2:
        return None
    size = 4 if 0x30 <= buffer[1] <= 0x39 else 2
    if len(buffer) < size:
        return None
    return Command("text", buffer[:size], buffer[:size])


def _escape(buffer: bytes) -> Command | None:
    if len(buffer) < 2:
        return None
    lead = buffer[:2]
    if lead in FIXED:
        name, count = FIXED[lead]
        return _take(buffer, name, 2 + count)
    sized = _SIZED.get(lead)
    return sized(buffer) if sized else Command("unknown", b"", lead)


def _take(buffer: bytes, name: str, size: int) -> Command | None:
    return Command(name, buffer[2:size], buffer[:size]) if len(buffer) >= size else None


def _cut(buffer: bytes) -> Command | None:
    if len(buffer) < 3:
        return None
    return _take(buffer, "cut", 4 if buffer[2] in (65, 66) else 3)


def _parenthesis(buffer: bytes) -> Command | None:
    """``GS ( fn pL pH ...``: the length stands in the command."""
    if len(buffer) < 5:
        return None
    name = {0x6B: "symbol", 0x48: "reply"}.get(buffer[2], "parenthesis")
    return _take(buffer, name, 5 + buffer[3] + 256 * buffer[4])


def _raster(buffer: bytes) -> Command | None:
    if len(buffer) < 8:
        return None
    across = buffer[4] + 256 * buffer[5]
    down = buffer[6] + 256 * buffer[7]
    return _take(buffer, "raster", 8 + across * down)


def _barcode(buffer: bytes) -> Command | None:
    """Function A ends with NUL, function B (m >= 65) carries its length."""
    if len(buffer) < 4:
        return None
    if buffer[2] >= 65:
        return _take(buffer, "barcode", 4 + buffer[3])
    end = buffer.find(b"\x00", 3)
    return _take(buffer, "barcode", end + 1) if end >= 0 else None


_SIZED = {b"\x1dV": _cut, b"\x1d(": _parenthesis, b"\x1dv": _raster, b"\x1dk": _barcode}
