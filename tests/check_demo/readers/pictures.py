"""Read pictures: a PNG as grey dots, the pages of a PDF at 200 dpi, and the QR codes in either.

What the codes must say is ``papers``'s.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import zxingcpp

from tests.check_demo.readers.documents import Unreadable

PNG = b"\x89PNG\r\n\x1a\n"
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DPI = 200
QR = [zxingcpp.BarcodeFormat.QRCode]


@dataclass(frozen=True)
class Picture:
    """Grey dots, row by row from the top."""

    width: int
    height: int
    dots: bytes


def codes(picture: Picture) -> list[str]:
    """Return the texts of the QR codes in ``picture``."""
    seen = memoryview(picture.dots).cast("B", [picture.height, picture.width])
    found = zxingcpp.read_barcodes(seen, formats=zxingcpp.BarcodeFormats(QR))
    return [str(code.text) for code in found]


def pdf_pages(data: bytes) -> Iterator[tuple[Picture, str]]:
    """Return each page as a picture and as text; raises ``Unreadable``."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as fault:
        raise Unreadable(f"no PDF: {fault}") from None
    try:
        for page in document:
            bitmap = page.render(scale=DPI / 72, grayscale=True)
            raw, step, width = bytes(bitmap.buffer), bitmap.stride, bitmap.width
            rows = (raw[at : at + width] for at in range(0, step * bitmap.height, step))
            text = page.get_textpage().get_text_bounded()
            yield Picture(width, bitmap.height, b"".join(rows)), text
    finally:
        document.close()


def read_png(data: bytes) -> Picture:
    """Return a PNG that is not interlaced as grey dots; raises ``Unreadable``."""
    parts = dict(_chunks(data))
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", parts[b"IHDR"])
    if interlaced or depth not in (1, 2, 4, 8) or colour not in SAMPLES:
        raise Unreadable(f"a PNG of depth {depth}, colour {colour}, interlaced {interlaced}")
    try:
        packed = zlib.decompress(parts[b"IDAT"])
    except zlib.error as fault:
        raise Unreadable(f"PNG: {fault}") from None
    samples = SAMPLES[colour]
    step = (width * depth * samples + 7) // 8
    rows = _unfiltered(packed, height, step, max(1, depth * samples // 8))
    shades = _shades(depth, parts.get(b"PLTE", b"") if colour == 3 else b"")
    dots = b"".join(_row(row, width, depth, samples).translate(shades) for row in rows)
    return Picture(width, height, dots)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Return the chunks by kind, the picture's joined to one."""
    if not data.startswith(PNG):
        raise Unreadable("no PNG")
    at, packed = len(PNG), b""
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        if zlib.crc32(kind + body) != int.from_bytes(data[at + 8 + size : at + 12 + size], "big"):
            raise Unreadable(f"PNG: the sum of {kind!r} is wrong")
        if kind == b"IDAT":
            packed += body
        else:
            yield kind, body
        at += 12 + size
    yield b"IDAT", packed


def _unfiltered(packed: bytes, height: int, step: int, back: int) -> Iterator[bytes]:
    if len(packed) != height * (step + 1):
        raise Unreadable("PNG: not as many dots as it says")
    above = bytes(step)
    for at in range(0, len(packed), step + 1):
        row = bytearray(packed[at + 1 : at + 1 + step])
        _unfilter(packed[at], row, above, back)
        above = bytes(row)
        yield above


def _unfilter(kind: int, row: bytearray, above: bytes, back: int) -> None:
    """Undo one of the five filters on ``row`` in place."""
    if kind > 4:
        raise Unreadable(f"PNG: unknown filter {kind}")
    for at in range(len(row) if kind else 0):
        left = row[at - back] if at >= back else 0
        corner = above[at - back] if at >= back else 0
        guess = (0, left, above[at], (left + above[at]) // 2, _paeth(left, above[at], corner))
        row[at] = (row[at] + guess[kind]) & 0xFF


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


def _shades(depth: int, palette: bytes) -> bytes:
    """Return the grey of each sample's value."""
    most = (1 << depth) - 1
    if palette:
        greys = [sum(palette[at : at + 3]) // 3 for at in range(0, len(palette), 3)]
    else:
        greys = [value * 255 // most for value in range(most + 1)]
    return bytes(greys).ljust(256, b"\0")


def _row(row: bytes, width: int, depth: int, samples: int) -> bytes:
    """Return one sample a dot: the only one, or of a colour the green one."""
    if depth == 8:
        return row[1 if samples >= 3 else 0 :: samples][:width]
    places = range(8 - depth, -1, -depth)
    most = (1 << depth) - 1
    return bytes(byte >> place & most for byte in row for place in places)[:width]
