"""Check what may be shown to anybody: catalogue, timeline, and that no person is in them."""

import re
from collections.abc import Iterator
from decimal import Decimal

from tests.check_demo.findings import Difference, check
from tests.check_demo.folder import Demo
from tests.check_demo.must_1210 import is_id_number
from tests.check_demo.readers.escpos import read
from tests.check_demo.readers.pictures import pdf_pages

FEWEST_STEPS = 8
PERSONAL = (
    "buyerIdNumber buyerName buyerTelephone consignee consigneeTelephone consigneeAddress".split()
)
MAY_NAME_PEOPLE = frozenset({"CEB311.xml", "CEB411.xml", "CEB621.xml"})
"""The documents in which customs wants the buyer; the courier never learns the ID number."""
NO_PERSON = ("timeline.json", "ledger.csv", "catalogue.csv", "provider.json")
EIGHTEEN = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)", re.ASCII)


@check("catalogue_price")
def catalogue_price(demo: Demo) -> Iterator[Difference]:
    """Each line was sold at the price on offer, by the route of retail import."""
    for line in demo.document("CEB311").lines:
        gtin = line["barCode"].zfill(14)
        offers = [row for row in demo.catalogue if row["gtin14"] == gtin]
        if len(offers) != 1 or (line["itemNo"] and offers[0]["sku"] != line["itemNo"]):
            yield Difference(f"offers of {gtin}", f"one, of {line['itemNo']}", offers)
        elif Decimal(offers[0]["price"]) != line.number("price"):
            yield Difference(f"price of {gtin}", offers[0]["price"], line["price"])
        elif offers[0]["route"] != "retail_import":
            yield Difference(f"route of {gtin}", "retail_import", offers[0]["route"])


@check("timeline")
def timeline(demo: Demo) -> Iterator[Difference]:
    """Names and times only; no step is before the one above it."""
    before: int | float = 0
    if len(demo.timeline) < FEWEST_STEPS:
        yield Difference("steps", f"{FEWEST_STEPS} or more", len(demo.timeline))
    for place, step in enumerate(demo.timeline, start=1):
        name, seconds = step.get("step"), step.get("seconds")
        if set(step) != {"step", "seconds"} or not isinstance(name, str) or not name.strip():
            yield Difference(f"step {place}", "step and seconds", sorted(step))
        elif isinstance(seconds, bool) or not isinstance(seconds, int | float):
            yield Difference(f"step {place} seconds", "a number", seconds)
        elif seconds < before:
            yield Difference(f"step {place} seconds", f"{before} or more", seconds)
        else:
            before = seconds


@check("no_person")
def no_person(demo: Demo) -> Iterator[Difference]:
    """The buyer is in none of the public files; the ID number in none but the documents."""
    head = demo.document("CEB311").head
    for name in NO_PERSON:
        text = demo.raw(name).decode("utf-8")
        for element in PERSONAL:
            if head[element] and head[element] in text:
                yield Difference(name, f"no {element}", "found")
    number = head["buyerIdNumber"].encode()
    for path in sorted(demo.folder.rglob("*")):
        if path.is_file() and path.name not in MAY_NAME_PEOPLE and number in path.read_bytes():
            yield Difference(path.name, "no ID number", "found")
    printed = [text for _, text in pdf_pages(demo.raw("label.pdf"))]
    for text in (*printed, read(demo.raw("slip.bin")).text):
        if number.decode() in text:
            yield Difference("paper", "no ID number", "found")


@check("no_id_number")
def no_id_number(demo: Demo) -> Iterator[Difference]:
    """No other ID number either; ids of the books, which are long numbers, are not texts."""
    memos = " ".join(row["memo"] for row in demo.ledger)
    for name, text in (
        ("timeline.json", demo.raw("timeline.json").decode("utf-8")),
        ("catalogue.csv", demo.raw("catalogue.csv").decode("utf-8")),
        ("ledger.csv memo", memos),
    ):
        for found in EIGHTEEN.findall(text):
            if is_id_number(found.upper()):
                yield Difference(name, "no ID number", "found")
