"""Decides the ESC/POS bytes of a slip; which elements it has is left to ``layout``.

Kanji mode is switched on first and text goes out as GBK, because firmware differs in what it
starts with and much of it knows no four-byte code.  No code page is ever chosen.
"""

from collections.abc import Sequence

from pos.terminal.slip.elements import Cut, Element, Feed, Line, Pulse, Qr
from pos.terminal.slip.text import cells, encoded

START = b"\x1b@\x1c&"
_ALIGN = {"left": b"\x1ba\x00", "center": b"\x1ba\x01", "right": b"\x1ba\x02"}
_QR_MODEL_2 = b"\x1d(k\x04\x001A2\x00"
_QR_LEVEL_M = b"\x1d(k\x03\x001E1"
_QR_PRINT = b"\x1d(k\x03\x001Q0"
_CUT = b"\x1dVB\x00"
_PULSE = b"\x1bp\x00\x32\x32"
"""Pin 2, 100 ms on and off."""


class LineTooLong(ValueError):
    """A line would run over the edge of the paper; the slip is not printed."""


def encode(elements: Sequence[Element], *, columns: int) -> bytes:
    """Return the whole slip as one job's bytes; raises ``LineTooLong``, ``ValueError``."""
    return _Encoder(columns).job(elements)


class _Encoder:
    """Remembers the printer's modes, so that each is sent only when it changes."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._modes: dict[str, bytes] = {
            "align": _ALIGN["left"],
            "bold": b"\x1bE\x00",
            "size": b"\x1d!\x00",
        }

    def job(self, elements: Sequence[Element]) -> bytes:
        return START + b"".join(self._element(element) for element in elements)

    def _element(self, element: Element) -> bytes:
        match element:
            case Line():
                return self._line(element)
            case Qr():
                return self._qr(element)
            case Feed(lines):
                return b"\x1bd" + bytes([lines])
            case Cut():
                return _CUT
            case Pulse():
                return _PULSE

    def _line(self, line: Line) -> bytes:
        if cells(line.text) * line.scale > self._columns:
            raise LineTooLong(f"{cells(line.text) * line.scale} columns of {self._columns}")
        if any(ord(char) < 0x20 or ord(char) == 0x7F for char in line.text):
            raise ValueError("a line of text holds a control character")
        return (
            self._mode("align", _ALIGN[line.align])
            + self._mode("bold", b"\x1bE\x01" if line.bold else b"\x1bE\x00")
            + self._mode("size", b"\x1d!" + bytes([(line.scale - 1) << 4 | (line.scale - 1)]))
            + encoded(line.text)
            + b"\n"
        )

    def _qr(self, qr: Qr) -> bytes:
        data = qr.data.encode("ascii")
        length = len(data) + 3
        store = b"\x1d(k" + bytes([length & 0xFF, length >> 8]) + b"1P0" + data
        module = b"\x1d(k\x03\x001C" + bytes([qr.module])
        centre = self._mode("align", _ALIGN["center"])
        return centre + _QR_MODEL_2 + module + _QR_LEVEL_M + store + _QR_PRINT

    def _mode(self, name: str, wanted: bytes) -> bytes:
        if self._modes[name] == wanted:
            return b""
        self._modes[name] = wanted
        return wanted
