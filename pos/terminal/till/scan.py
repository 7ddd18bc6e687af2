"""Decides what a scanned text is; whether the outlet sells it, the catalogue knows.

Order: AIM prefix, Digital Link, payment code, GTIN, shelf code, number of a sale.  A payment code is told apart so
that it is neither sold, nor kept, nor logged.
"""

import re
from dataclasses import dataclass

_AIM = re.compile(r"\]([A-Za-z])([0-9a-zA-Z])(.*)", re.DOTALL)
_LINK = re.compile(r"https?://[^/]+(?:/[^?#]*)?/01/(\d{8,14})((?:/\d{2,4}/[^/?#]+)*)/?(?:[?#].*)?")
_SERIAL = re.compile(r"/21/([A-Za-z0-9]{4,20})")
_PAY = re.compile(r"1[0-5]\d{16}|(?:2[5-9]|30)\d{14,22}")
_SHELF = re.compile(r"(?=.*[A-Z])[A-Z0-9]{4,20}")
_GTIN_LENGTHS = (8, 12, 13, 14)
_SALE = re.compile(r"[A-Z0-9]{2,12}-\d{1,3}-\d{6,9}")
GOODS, SHELF, PAY_CODE, MISREAD, UNKNOWN = "goods", "shelf", "pay_code", "misread", "unknown"
SALE = "sale"


@dataclass(frozen=True, slots=True)
class Scan:
    """What was scanned: its kind, and the GTIN, shelf code or number of a sale in it."""

    kind: str
    gtin14: str = ""
    shelf_code: str = ""
    sale_no: str = ""


def read_scan(text: str) -> Scan:
    """Return what a scanned or typed text is; never raises."""
    text = text.strip()
    aim = _AIM.fullmatch(text)
    shipping = aim is not None and (aim[1], aim[2]) == ("C", "1")
    text = aim[3] if aim else text
    link = _LINK.fullmatch(text)
    if link:
        serial = _SERIAL.search(link[2])
        return _goods(link[1], serial[1].upper() if serial else "")
    if _PAY.fullmatch(text) and not shipping:
        return Scan(PAY_CODE)
    if text.isascii() and text.isdigit() and len(text) in _GTIN_LENGTHS:
        return _goods(text, "")
    if _SHELF.fullmatch(text.upper()):
        return Scan(SHELF, shelf_code=text.upper())
    if _SALE.fullmatch(text.upper()):
        return Scan(SALE, sale_no=text.upper())
    return Scan(UNKNOWN)


def _goods(digits: str, shelf_code: str) -> Scan:
    gtin14 = digits.zfill(14)
    return Scan(GOODS if checks(gtin14) else MISREAD, gtin14, shelf_code)


def checks(gtin14: str) -> bool:
    """Say whether a GTIN's last digit is right: weights 3 and 1 in turn, sum a multiple of ten."""
    return sum(int(digit) * (3, 1)[at % 2] for at, digit in enumerate(gtin14)) % 10 == 0
