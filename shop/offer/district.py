"""Decides which six-digit district a person means by writing province, city and district.

Leaves the street address to the consignee.  The table of GB/T 2260 codes is the one that
python-stdnum carries for checking ID numbers.
"""

import re
import unicodedata
from functools import cache

from stdnum import numdb

from shop.offer.errors import DistrictUnknown

_DATED = re.compile(r"\[(\d*)-(\d*)\](.+)")
_GAPS = re.compile(r"[\s,，、/·-]+")
# Steps of the code that are no place of their own: "districts of the city", "counties".
_NO_NAME = re.compile(r"市辖区|县|.*直辖.*")
_ENDS = ("区", "县", "市", "旗")


def prepare() -> None:
    """Read the table now, so that a server's first shoppers do not all read it at once."""
    _codes()


def district_code(typed: str) -> str:
    """Return the code in force of '浙江省杭州市西湖区', of '北京市朝阳区', or of six digits.

    Blanks and commas between the names are ignored.  A district newer than the table is
    given its city's code.  Raises ``DistrictUnknown``.
    """
    text = _GAPS.sub("", unicodedata.normalize("NFKC", typed))
    known = _codes()
    if text in known:
        return known[text]
    if text in known.values():
        return text
    for city, code in _cities().items():
        if text.startswith(city) and len(text) - len(city) >= 2 and text.endswith(_ENDS):
            return code
    raise DistrictUnknown


@cache
def _codes() -> dict[str, str]:
    cities = _cities()
    places: dict[str, str] = {}
    for prefix, province, code, name in _rows():
        if not code.endswith("00"):
            middle = _names()[prefix].get(code[:2] + "00", "")
            middle = "" if middle == province or _NO_NAME.fullmatch(middle) else middle
            places[f"{province}{middle}{name}"] = prefix + code
    # A city without districts, such as 东莞市, is its own district.
    parents = {code[:4] for code in places.values()}
    places.update({name: code for name, code in cities.items() if code[:4] not in parents})
    return places


@cache
def _cities() -> dict[str, str]:
    return {
        f"{province}{name}": prefix + code
        for prefix, province, code, name in _rows()
        if code.endswith("00") and code != "0000" and not _NO_NAME.fullmatch(name)
    }


@cache
def _names() -> dict[str, dict[str, str]]:
    names: dict[str, dict[str, str]] = {}
    for prefix, _, code, name in _rows():
        names.setdefault(prefix, {})[code] = name
    return names


@cache
def _rows() -> tuple[tuple[str, str, str, str], ...]:
    """Return (two digits, province, four digits, name in force) of every place."""
    rows = []
    table = numdb.get("cn/loc")
    for _length, low, _high, props, children in table.prefixes:
        for _size, code, _to, inner, _none in children:
            name = _in_force(inner["county"])
            if name:
                rows.append((low, props["province"], code, name))
    return tuple(rows)


def _in_force(history: str) -> str:
    """Return the name whose dates are open to the present, or ''."""
    for part in history.split(","):
        dated = _DATED.fullmatch(part)
        if dated is None:
            return part
        if not dated.group(2):
            return dated.group(3)
    return ""
