"""Check what a bonded retail import must say beyond the schema: constants, codes, weights.

What documents must say alike is ``same_words``'s; sums are ``amounts``'s.
"""

import re
from collections.abc import Iterator
from datetime import date

from tests.check_demo.findings import Difference, check
from tests.check_demo.folder import KINDS, Demo
from tests.check_demo.readers.documents import Values

BOTH = {"appType": "1", "appStatus": "2", "currency": "142"}
CONSTANTS = {
    "CEB311": BOTH | {"orderType": "I", "buyerIdType": "1"},
    "CEB411": BOTH | {"payerIdType": "1"},
    "CEB511": BOTH | {"packNo": "1"},
    "CEB621": BOTH
    | {"ieFlag": "I", "tradeMode": "1210", "country": "142", "packNo": "1", "buyerIdType": "1"},
}
NOT_FOR_1210 = ("trafNo", "voyageNo", "billNo")
TRANSPORT = frozenset("0123456789WXYZH")
UNITS = frozenset(
    "007 008 011 012 015 020 021 025 035 036 095 096 120 122 125 136 139 140 142".split()
)
COUNTRIES = frozenset(
    "110 116 132 133 136 142 143 301 302 303 304 305 306 307 309 312 331 344 410 501 502 601 609".split()
)
ENTERPRISES = {
    "CEB311": ("ebpCode", "ebcCode", "payCode"),
    "CEB411": ("payCode", "ebpCode"),
    "CEB511": ("logisticsCode",),
    "CEB621": ("ebpCode", "ebcCode", "logisticsCode", "agentCode", "areaCode", "assureCode"),
}


@check("must_1210_constants")
def constants(demo: Demo) -> Iterator[Difference]:
    """What 1210 fixes is so, and what only 9610 has is absent."""
    for kind, wanted in CONSTANTS.items():
        document = demo.document(kind)
        for name, constant in wanted.items():
            if document.head[name] != constant:
                yield Difference(f"{kind} {name}", constant, document.head[name])
        for place, line in enumerate(document.lines, start=1):
            if line["currency"] != "142":
                yield Difference(f"{kind} line {place} currency", "142", line["currency"])
        if document.transfer["dxpMode"] != "DXP":
            yield Difference(f"{kind} dxpMode", "DXP", document.transfer["dxpMode"])
    for name in NOT_FOR_1210:
        if name in demo.document("CEB621").head:
            yield Difference(f"CEB621 {name}", "absent for 1210", "present")


@check("must_1210_codes")
def codes(demo: Demo) -> Iterator[Difference]:
    """Codes have their length and stand in their tables."""
    for kind in KINDS:
        document = demo.document(kind)
        for name in ENTERPRISES[kind]:
            if name in document.head:
                yield from _shaped(f"{kind} {name}", r"[0-9A-Z]{10}", document.head[name])
        for place, line in enumerate(document.lines, start=1):
            yield from _line_codes(f"{kind} line {place}", line)
    declared = demo.document("CEB621").head
    for name in ("customsCode", "portCode"):
        yield from _shaped(f"CEB621 {name}", r"\d{4}", declared[name])
    if declared["trafMode"] not in TRANSPORT:
        yield Difference("CEB621 trafMode", "a code of transport", declared["trafMode"])
    if district := demo.document("CEB311").head["consigneeDistrict"]:
        yield from _shaped("CEB311 consigneeDistrict", r"[1-8]\d{5}", district)


def _shaped(about: str, pattern: str, text: str) -> Iterator[Difference]:
    if re.fullmatch(pattern, text, re.ASCII) is None:
        yield Difference(about, pattern, text)


def _line_codes(place: str, line: Values) -> Iterator[Difference]:
    if "gcode" in line:
        yield from _shaped(f"{place} gcode", r"\d{10}", line["gcode"])
    for name in ("unit", "unit1", "unit2"):
        if name in line and line[name] not in UNITS:
            yield Difference(f"{place} {name}", "a unit's code", line[name])
    if line["country"] not in COUNTRIES:
        yield Difference(f"{place} country", "a country's code", line["country"])


@check("must_1210_quantities")
def quantities(demo: Demo) -> Iterator[Difference]:
    """Weights and quantities are above nought, gross not below net, a second unit whole."""
    declared = demo.document("CEB621")
    gross, net = declared.head.number("grossWeight"), declared.head.number("netWeight")
    if not 0 < net <= gross:
        yield Difference("CEB621 netWeight", f"above 0, at most {gross}", net)
    parcel = demo.document("CEB511").head.number("weight")
    if parcel <= 0:
        yield Difference("CEB511 weight", "above 0", "-", parcel)
    for kind in ("CEB311", "CEB621"):
        for place, line in enumerate(demo.document(kind).lines, start=1):
            if line["gnum"] != str(place):
                yield Difference(f"{kind} gnum", place, line["gnum"])
            for name in ("qty", "qty1", "qty2"):
                if name in line and line.number(name) <= 0:
                    yield Difference(f"{kind} line {place} {name}", "above 0", line[name])
            if ("qty2" in line) != ("unit2" in line):
                yield Difference(f"{kind} line {place}", "qty2 with unit2, or neither", "one")


@check("must_1210_id_number")
def id_number(demo: Demo) -> Iterator[Difference]:
    """Buyer's and payer's ID numbers are well formed; never printed."""
    for kind, name in (
        ("CEB311", "buyerIdNumber"),
        ("CEB411", "payerIdNumber"),
        ("CEB621", "buyerIdNumber"),
    ):
        if not is_id_number(demo.document(kind).head[name]):
            yield Difference(f"{kind} {name}", "18 characters, birthday, check character", "not so")


def is_id_number(text: str) -> bool:
    """Say whether ``text`` is a mainland ID number: birthday and check character (GB 11643)."""
    if re.fullmatch(r"[1-9]\d{16}[\dX]", text, re.ASCII) is None:
        return False
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(text[:17]))
    return born.year >= 1900 and text[17] == "10X98765432"[total % 11]


@check("must_1210_barcodes")
def barcodes(demo: Demo) -> Iterator[Difference]:
    """A bar code is a GTIN with its check digit; the list writes 无 where there is none."""
    for kind in ("CEB311", "CEB621"):
        for place, line in enumerate(demo.document(kind).lines, start=1):
            text = line["barCode"]
            allowed = text == "无" if kind == "CEB621" else "barCode" not in line
            if not allowed and not is_gtin(text):
                yield Difference(f"{kind} line {place} barCode", "a GTIN", text)


def is_gtin(text: str) -> bool:
    """Say whether ``text`` is a GTIN of 8, 12, 13 or 14 digits with its check digit."""
    if re.fullmatch(r"\d{8}|\d{12,14}", text, re.ASCII) is None:
        return False
    total = sum(int(d) * (1, 3)[place % 2] for place, d in enumerate(reversed(text)))
    return total % 10 == 0
