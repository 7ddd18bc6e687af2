"""Decide what a shelf code looks like and which address its QR code carries.

An address says goods and shelf, never a price: that is always the server's.
"""

import re

from bonded_display.display.errors import UnknownShelfCode

_CODE = re.compile(r"[A-Z0-9]{4,20}")


def normal_shelf_code(text: str) -> str:
    """Return a typed or scanned code in its one spelling; ``UnknownShelfCode`` if it is none."""
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        raise UnknownShelfCode(shelf_code=text.strip()[:20])
    return code


def shelf_url(public_url: str, *, gtin14: str, shelf_code: str) -> str:
    """Return the GS1 Digital Link of goods (01) on one shelf (21): what the QR code carries."""
    return f"{public_url.rstrip('/')}/01/{gtin14}/21/{shelf_code}"
