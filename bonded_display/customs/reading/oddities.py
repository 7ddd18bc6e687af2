"""Decide how the oddities of an answer are shown: which element, what was expected, what was read.

Where an answer is odd is decided as it is taken in (``messages.reading``); these are the same
rules with the values beside them, for a person who may read the message.  Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from bonded_display.customs.messages.every import SHAPES
from bonded_display.customs.messages.reading.odd import frame_oddities, oddities
from bonded_display.customs.messages.reading.opening import open_answer
from bonded_display.customs.messages.receipts import check_root
from bonded_display.customs.messages.table import CEB, Element, Fault, Message
from bonded_display.customs.messages.xml import local_name, read_xml
from bonded_display.customs.transport.mail import UNREAD

LONGEST_READ = 120
ABSENT = frozenset({"missing", "line_count", "document_count"})
"""Rules about what is not there: the element around it is marked."""


@dataclass(frozen=True, slots=True)
class Oddity:
    """One thing odd: where, by which rule, in which element, what was expected and what was read.

    ``path`` is that of ``show_xml``; ``wanted`` a type of the specification (``C..60``) or
    empty where nothing was expected; ``meaning`` the specification's words for the element.
    """

    where: str
    rule: str
    detail: str = ""
    path: str = ""
    wanted: str = ""
    meaning: str = ""
    read: str = field(default="", repr=False)

    @property
    def shape(self) -> str:
        """Return what ``wanted`` asks for: exact, upto, any, decimal, integer, or empty."""
        if not self.wanted.startswith("C"):
            return {"N19,5": "decimal"}.get(self.wanted, "integer") if self.wanted else ""
        return "exact" if self.wanted[1:].isdigit() else "upto" if self.most else "any"

    @property
    def most(self) -> str:
        """Return how many characters ``wanted`` allows, empty without end."""
        return self.wanted.removeprefix("C").removeprefix("..")


def parse_odd(text: str | None) -> list[Oddity]:
    """Return the oddities kept beside a receipt (``element: rule (detail)``), without values."""
    found = []
    for line in (text or "").splitlines():
        where, _, rest = line.partition(": ")
        rule, _, detail = rest.partition(" (")
        found.append(Oddity(where=where, rule=rule, detail=detail.removesuffix(")")))
    return found


def find_oddities(business: bytes) -> tuple[Oddity, ...]:
    """Return every oddity of an answer with its value; ``MailMalformed`` for what is no answer."""
    root = read_xml(business)
    message = check_root(root, SHAPES).message
    top = f"/{local_name(root)}"
    elements = _elements(message)
    found = [_told(fault, _Place(top, root), elements) for fault in frame_oddities(message, root)]
    for number, node in enumerate(_named(root, message.node), start=1):
        place = _Place(f"{top}/{message.node}[{number}]", node)
        if etree.QName(node).namespace == CEB:
            found += [_told(fault, place, elements) for fault in oddities(message, node)]
    return (*found, *_unread(business, top))


def by_path(found: Sequence[Oddity]) -> dict[str, list[Oddity]]:
    """Return the oddities by the path of the element they are marked on."""
    marked: dict[str, list[Oddity]] = {}
    for oddity in found:
        marked.setdefault(oddity.path, []).append(oddity)
    return marked


@dataclass(frozen=True)
class _Place:
    """An element and its path; faults of a document are named from below it."""

    path: str
    element: etree._Element


def _elements(message: Message) -> dict[str, Element]:
    tables = [message.head] + ([message.lines] if message.lines else [])
    return {
        f"{table.name}.{element.name}": element for table in tables for element in table.elements
    }


def _told(fault: Fault, place: _Place, elements: Mapping[str, Element]) -> Oddity:
    steps = fault.where.split(".")
    around = place
    if len(steps) > 1:
        around, steps = _below(place, steps[0]), steps[1:]
    element = elements.get(f"{fault.where.split('.')[0].split('[')[0]}.{steps[-1]}")
    path, read = around.path, around.element.get(steps[-1], "")
    if fault.rule not in ABSENT:
        path, read = _found(around, steps[-1], last=fault.rule == "repeated_element") or (
            path,
            read,
        )
    return Oddity(
        where=fault.where,
        rule=fault.rule,
        detail=fault.detail,
        path=path,
        wanted=element.type if element else "",
        meaning=element.meaning if element else "",
        read=read[:LONGEST_READ],
    )


def _below(place: _Place, step: str) -> _Place:
    """The part of a document that a fault names: the head, a line, or the node itself."""
    name, _, number = step.partition("[")
    if name == local_name(place.element):
        return place
    at = int(number.rstrip("]") or 1) if number else 1
    parts = _named(place.element, name)
    if not 0 < at <= len(parts):
        return place
    return _Place(f"{place.path}/{name}[{at}]", parts[at - 1])


def _found(around: _Place, name: str, *, last: bool) -> tuple[str, str] | None:
    there = [child for child in around.element if local_name(child)[:40] == name]
    if not there:
        return None
    at = len(there) if last else 1
    child = there[at - 1]
    return f"{around.path}/{local_name(child)}[{at}]", (child.text or "").strip()


def _named(parent: etree._Element, name: str) -> list[etree._Element]:
    """Children of a name in any namespace, as ``show_xml`` counts them."""
    return [child for child in parent if local_name(child) == name]


def _unread(business: bytes, top: str) -> Iterator[Oddity]:
    """Yield the nodes that nobody understood."""
    for one in open_answer(business).unread:
        yield Oddity(
            where=one.where, rule=UNREAD, detail=one.problem.reason, path=f"{top}/{one.where}"
        )
