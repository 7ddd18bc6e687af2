"""Decide what one element of a customs message may hold: its type, length and presence.

Building, checking and the printed documentation all read these tables; what the values mean
together (sums, equal texts) is left to ``rules_1210``, the order of sending to the verbs.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Literal

CEB = "http://www.chinaport.gov.cn/ceb"
"""Namespace of every business element."""

Presence = Literal["Y", "M", "-"]
"""Y: the official schema requires it; M: the specification text does, for 1210, and
``rules_1210`` keeps it; -: optional."""

Values = Mapping[str, str]

_LENGTH = re.compile(r"C(?P<upto>\.\.)?(?P<length>\d*)$")
_DECIMAL = re.compile(r"-?\d{1,14}(\.\d{1,5})?\Z", re.ASCII)
_INTEGER = re.compile(r"[1-9]\d{0,8}\Z", re.ASCII)
_CHARACTER = "[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_UNFIT = re.compile(_CHARACTER.replace("[", "[^", 1))


@lru_cache
def _text_of(fewest: int, most: int | None) -> re.Pattern[str]:
    """Return what a text of so many characters matches, without space at its ends."""
    count = f"{{{fewest},{'' if most is None else most}}}"
    return re.compile(rf"(?!\s){_CHARACTER}{count}(?<!\s)\Z")


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a document: where, by which rule; never the value itself."""

    where: str
    rule: str
    detail: str = ""

    def of(self, message: "Message", place: int, count: int) -> "Fault":
        """Return the fault with the document named it lies in, where there are several."""
        if count == 1:
            return self
        return replace(self, where=f"{message.node}[{place}].{self.where}")

    def __str__(self) -> str:
        return f"{self.where}: {self.rule}" + (f" ({self.detail})" if self.detail else "")


@dataclass(frozen=True)
class Element:
    """One row of a message table.

    ``type`` is written as in the specification: ``C36`` exactly 36 characters, ``C..60`` at
    most 60, ``C..`` of any length, ``N19,5`` a decimal with at most 5 places, ``int`` and
    ``N9`` a positive integer.
    """

    name: str
    type: str
    presence: Presence
    meaning: str
    fixed: str = ""
    """The only text that the official schema allows, where it names one."""

    def fault(self, value: str) -> tuple[str, str] | None:
        """Return the broken rule and its detail for a value that is there, or None."""
        if self._fit.match(value):
            return None
        if _UNFIT.search(value):
            return "characters", "not allowed in XML"
        if value != value.strip():
            return "blank_ends", "space at an end"
        if self.fixed and value != self.fixed:
            return "constant", self.fixed
        if self.type == "N19,5":
            return None if _DECIMAL.match(value) else ("decimal", self.type)
        if self.type in ("int", "N9"):
            return None if _INTEGER.match(value) else ("integer", self.type)
        return self._length_fault(len(value))

    @cached_property
    def _fit(self) -> re.Pattern[str]:
        """What every fit value matches, at once: most are, and a list has a hundred of them."""
        if self.fixed:
            return re.compile(re.escape(self.fixed) + r"\Z")
        if self.type == "N19,5":
            return _DECIMAL
        if self.type in ("int", "N9"):
            return _INTEGER
        return _text_of(*self.lengths)

    @cached_property
    def lengths(self) -> tuple[int, int | None]:
        """Return the fewest and the most characters of a text that is there."""
        match = _LENGTH.match(self.type)
        if match is None:
            raise ValueError(f"{self.name}: {self.type} is no type of a text")
        most = int(match["length"]) if match["length"] else None
        return (1 if match["upto"] or most is None else most), most

    def _length_fault(self, length: int) -> tuple[str, str] | None:
        fewest, most = self.lengths
        fits = fewest <= length and (most is None or length <= most)
        return None if fits else ("length", f"{length}, not {self.type}")


@dataclass(frozen=True)
class Node:
    """A run of elements in the order of the official schema."""

    name: str
    elements: tuple[Element, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its elements."""
        return frozenset(element.name for element in self.elements)

    @cached_property
    def tags(self) -> tuple[tuple[str, str], ...]:
        """Name and tag of each element, in the schema's order."""
        return tuple((element.name, f"{{{CEB}}}{element.name}") for element in self.elements)

    def faults(self, values: Values, where: str = "") -> Iterator[Fault]:
        """Yield what is missing, unknown, too long or of the wrong kind in ``values``."""
        place = where or self.name
        for name in values:
            if name not in self.names:
                yield Fault(f"{place}.{name}", "unknown_element")
        for element in self.elements:
            value = values.get(element.name, "")
            if not value:
                if element.presence == "Y":
                    yield Fault(f"{place}.{element.name}", "missing")
                continue
            broken = element.fault(value)
            if broken:
                yield Fault(f"{place}.{element.name}", *broken)

    def present(self, values: Values) -> Iterator[tuple[str, str]]:
        """Yield tag and value in the schema's order; an empty value is left out whole."""
        for name, tag in self.tags:
            if value := values.get(name):
                yield tag, value


@dataclass(frozen=True)
class Message:
    """A business message: root, the node that is one document, its head and its lines."""

    root: str
    node: str
    head: Node
    about: str
    """Who says what by it, in a sentence."""
    lines: Node | None = None
    flat: bool = False
    """True when the document's elements stand in ``node`` itself, without a head."""
    most: int | None = 100
    """Documents in one message; None without end."""
    most_lines: int | None = 99
    signature: Presence | None = None
    """Y and - for what a company declares; None for what customs or the port says, which ends
    without ``BaseTransfer`` and unsigned."""

    @property
    def kind(self) -> str:
        """The name people use: ``CEB311``."""
        return self.root.removesuffix("Message")


@dataclass(frozen=True)
class Document:
    """The texts of one document as they stand, or will stand, in the message."""

    head: Values
    lines: Sequence[Values] = field(default_factory=tuple)


def faults(message: Message, document: Document) -> list[Fault]:
    """Return every fault of ``document`` against its tables; an empty list is a fit document."""
    found = list(message.head.faults(document.head))
    if message.lines is None:
        return found + [Fault(message.node, "no_lines_here")] * bool(document.lines)
    for place, line in enumerate(document.lines, start=1):
        found += message.lines.faults(line, f"{message.lines.name}[{place}]")
    if not document.lines or len(document.lines) > (message.most_lines or len(document.lines)):
        found.append(Fault(message.lines.name, "line_count", str(len(document.lines))))
    return found
