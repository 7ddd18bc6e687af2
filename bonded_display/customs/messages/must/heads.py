"""Decide the rules of 1210 over what a document says once: constants, codes, sums, times.

A rule yields the place of each breach.  Values are fit for their tables by then; an element
that the schema leaves optional may be absent.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date

from stdnum.iso7064 import mod_11_2

from bonded_display.customs.messages.table import Document, Message, Node, Values
from kernel import clock
from kernel.errors import Malformed

Rule = Callable[[Document], Iterator[str]]
"""Yields the place of each breach."""

_LIST_NUMBER = re.compile(r"\d{4}\d{4}[IE]\d{9}", re.ASCII)
_ID_NUMBER = 18
_PLACES = 5


def number(values: Values, name: str) -> int:
    """Return a decimal that is there in 1/100,000; what is absent counts nothing.

    Customs' decimals are longer than any figure of ours, so they are read here.
    """
    whole, _, part = (values.get(name) or "0").partition(".")
    return int(whole + part.ljust(_PLACES, "0"))


def present(message: Message) -> Rule:
    """Require what the specification text does for 1210 and the schema does not: M."""

    def rule(document: Document) -> Iterator[str]:
        yield from _absent(message.head, document.head, "")
        if message.lines is not None:
            for place, line in enumerate(document.lines, start=1):
                yield from _absent(message.lines, line, f"line {place} ")

    return rule


def _absent(node: Node, values: Values, where: str) -> Iterator[str]:
    for element in node.elements:
        if element.presence == "M" and not values.get(element.name):
            yield f"{where}{element.name}"


def constants(wanted: Mapping[str, str]) -> Rule:
    """Require the one value that 1210 allows."""

    def rule(document: Document) -> Iterator[str]:
        for name, constant in wanted.items():
            if document.head.get(name) != constant:
                yield name

    return rule


def codes(table: Collection[str], *names: str) -> Rule:
    """Require a code of a table, where the element is there."""

    def rule(document: Document) -> Iterator[str]:
        for name in names:
            if document.head.get(name) and document.head[name] not in table:
                yield name

    return rule


def not_negative(*names: str) -> Rule:
    """Require amounts of nought or more."""

    def rule(document: Document) -> Iterator[str]:
        for name in names:
            if number(document.head, name) < 0:
                yield name

    return rule


def positive(*names: str) -> Rule:
    """Require more than nought."""

    def rule(document: Document) -> Iterator[str]:
        for name in names:
            if number(document.head, name) <= 0:
                yield name

    return rule


def id_number(name: str) -> Rule:
    """Require 18 characters with their check digit (GB 11643)."""

    def rule(document: Document) -> Iterator[str]:
        text = document.head[name]
        if len(text) != _ID_NUMBER or not mod_11_2.is_valid(text):
            yield name

    return rule


def times(*names: str) -> Rule:
    """Require an instant of China that exists, YYYYMMDDhhmmss."""

    def rule(document: Document) -> Iterator[str]:
        for name in names:
            try:
                clock.parse_china_text(document.head[name])
            except Malformed:
                yield name

    return rule


def days(*names: str) -> Rule:
    """Require a day that exists, YYYYMMDD, where the element is there."""

    def rule(document: Document) -> Iterator[str]:
        for name in names:
            text = document.head.get(name, "")
            if text and not _is_day(text):
                yield name

    return rule


def _is_day(text: str) -> bool:
    if not (text.isascii() and text.isdigit()):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def guid(document: Document) -> Iterator[str]:
    """Require the sender's id in upper case (customs.md section 1)."""
    if document.head["guid"] != document.head["guid"].upper():
        yield "guid"


def list_number(document: Document) -> Iterator[str]:
    """Require customs' number of a list: office, year, I, nine digits."""
    if not _LIST_NUMBER.fullmatch(document.head["invtNo"]):
        yield "invtNo"


def district(document: Document) -> Iterator[str]:
    """Require digits of an administrative division, where it is there."""
    text = document.head.get("consigneeDistrict", "")
    if text and not (text.isascii() and text.isdigit()):
        yield "consigneeDistrict"


def goods_value(document: Document) -> Iterator[str]:
    """Require the goods' value to be the sum of the lines."""
    total = sum(number(line, "totalPrice") for line in document.lines)
    if total != number(document.head, "goodsValue"):
        yield "goodsValue"


def paid(document: Document) -> Iterator[str]:
    """Require what was paid to be goods, freight and tax without the discount."""
    head = document.head
    due = sum(number(head, name) for name in ("goodsValue", "freight", "taxTotal"))
    if due - number(head, "discount") != number(head, "acturalPaid"):
        yield "acturalPaid"


def payment_whole(document: Document) -> Iterator[str]:
    """Require all three elements of the payment company, or none."""
    given = [bool(document.head.get(n)) for n in ("payCode", "payName", "payTransactionId")]
    if any(given) and not all(given):
        yield "payTransactionId"


def weights(document: Document) -> Iterator[str]:
    """Require a net weight above nought and within the gross weight."""
    if not 0 < number(document.head, "netWeight") <= number(document.head, "grossWeight"):
        yield "netWeight"
