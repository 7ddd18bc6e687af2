"""Decides how a printed label is scanned: the page as a picture, its code as a phone reads it."""

from pathlib import Path

import pypdfium2
import zxingcpp

DPI = 200


def read_label(path: Path) -> str:
    """Return the text of the one QR code on the first page, rasterised at 200 dpi."""
    picture = pypdfium2.PdfDocument(str(path))[0].render(scale=DPI / 72).to_pil().convert("L")
    codes = [code.text for code in zxingcpp.read_barcodes(picture)]
    if len(codes) != 1:
        raise ValueError(f"{path.name} shows {len(codes)} codes, not one")
    return codes[0]
