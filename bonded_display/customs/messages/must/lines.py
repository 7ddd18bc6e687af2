"""Decide the rules of 1210 over the lines of a document: numbers, codes, quantities, totals.

Places are told as ``line 2 unit``; values are fit for their tables by then.
"""

from collections.abc import Callable, Collection, Iterator

from bonded_display.customs.messages.must.heads import Rule, number
from bonded_display.customs.messages.table import Document, Values
from kernel.money import E5

LONGEST_ITEM_NO = 20
"""The list's ``itemNo`` is shorter than the order's since 2022 (customs.md section 1)."""


def _each(check: Callable[[int, Values], Iterator[str]]) -> Rule:
    def rule(document: Document) -> Iterator[str]:
        for place, line in enumerate(document.lines, start=1):
            for name in check(place, line):
                yield f"line {place} {name}"

    return rule


def codes(table: Collection[str], *names: str) -> Rule:
    """Require a code of a table, where the element is there."""
    return _each(
        lambda _, line: (name for name in names if line.get(name) and line[name] not in table)
    )


def quantities(*names: str) -> Rule:
    """Require more than nought, where the element is there."""
    return _each(
        lambda _, line: (name for name in names if line.get(name) and number(line, name) <= 0)
    )


@_each
def gnum_from_one(place: int, line: Values) -> Iterator[str]:
    """Require numbers from 1 without a gap."""
    if line["gnum"] != str(place):
        yield "gnum"


def gnum_once(document: Document) -> Iterator[str]:
    """Require each number of the original list at most once."""
    yield from _twice(document, "gnum")


def waybill_once(document: Document) -> Iterator[str]:
    """Require each waybill at most once."""
    yield from _twice(document, "logisticsNo")


def _twice(document: Document, name: str) -> Iterator[str]:
    seen: set[str] = set()
    for place, line in enumerate(document.lines, start=1):
        if line[name] in seen:
            yield f"line {place} {name}"
        seen.add(line[name])


@_each
def total(_: int, line: Values) -> Iterator[str]:
    """Require price times quantity."""
    if number(line, "price") * number(line, "qty") != number(line, "totalPrice") * E5:
        yield "totalPrice"


@_each
def prices(_: int, line: Values) -> Iterator[str]:
    """Require a price of nought (a gift) or more."""
    if number(line, "price") < 0:
        yield "price"


@_each
def second_unit(_: int, line: Values) -> Iterator[str]:
    """Require the second quantity and its unit together."""
    if bool(line.get("qty2")) != bool(line.get("unit2")):
        yield "unit2"


@_each
def tariff_code(_: int, line: Values) -> Iterator[str]:
    """Require ten digits."""
    if not (line["gcode"].isascii() and line["gcode"].isdigit()):
        yield "gcode"


@_each
def item_no(_: int, line: Values) -> Iterator[str]:
    """Require an item number that the list can say too."""
    if len(line.get("itemNo", "")) > LONGEST_ITEM_NO:
        yield "itemNo"
