"""Decide the rules of 1210 between two documents of one sale: equal texts, equal figures.

Customs matches them; each by itself is fit by then.
"""

from collections.abc import Callable, Iterator

from bonded_display.customs.messages.must.heads import number
from bonded_display.customs.messages.table import Document

PairRule = Callable[[Document, Document], Iterator[str]]
"""Yields the place of each breach between an earlier document and a later one."""


def same(*names: str) -> PairRule:
    """Require equal texts of the same elements."""

    def rule(one: Document, other: Document) -> Iterator[str]:
        for name in names:
            if one.head.get(name) != other.head.get(name):
                yield name

    return rule


def same_amount(name: str, other_name: str) -> PairRule:
    """Require equal amounts, however they are written."""

    def rule(one: Document, other: Document) -> Iterator[str]:
        if number(one.head, name) != number(other.head, other_name):
            yield other_name

    return rule


def same_payment(order: Document, payment: Document) -> Iterator[str]:
    """Require the payment that the order names, where it names one."""
    for name in ("payCode", "payName", "payTransactionId"):
        if order.head.get(name) and order.head[name] != payment.head[name]:
            yield name


def same_lines(order: Document, declaration_list: Document) -> Iterator[str]:
    """Require the list's lines to be the order's, by ``gnum``."""
    ours = {line["gnum"]: line for line in order.lines}
    theirs = {line["gnum"]: line for line in declaration_list.lines}
    for gnum in sorted(ours.keys() ^ theirs.keys(), key=int):
        yield f"gnum {gnum}"
    for gnum in sorted(ours.keys() & theirs.keys(), key=int):
        for name in ("qty", "price", "totalPrice"):
            if number(ours[gnum], name) != number(theirs[gnum], name):
                yield f"gnum {gnum} {name}"
        for name, other in (("unit", "unit"), ("country", "country"), ("itemName", "gname")):
            if ours[gnum][name] != theirs[gnum][other]:
                yield f"gnum {gnum} {other}"


def returned_lines(declaration_list: Document, goods_return: Document) -> Iterator[str]:
    """Require lines of the list, their code, name and unit, and no more than was declared."""
    listed = {line["gnum"]: line for line in declaration_list.lines}
    for line in goods_return.lines:
        gnum = line["gnum"]
        if gnum not in listed:
            yield f"gnum {gnum}"
            continue
        for name in ("gcode", "gname", "unit"):
            if line[name] != listed[gnum][name]:
                yield f"gnum {gnum} {name}"
        if number(line, "qty") > number(listed[gnum], "qty"):
            yield f"gnum {gnum} qty"
