"""Check that each document has its form: the official schema's, and the reference's tables.

Also times that exist, ids of records, and no empty tag.  What values mean is ``must_1210``'s.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from lxml import etree

from tests.check_demo.findings import Difference, check
from tests.check_demo.folder import KINDS, Demo
from tests.check_demo.forms import fields
from tests.check_demo.readers.documents import SHAPES, Document, Values

GUID = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")
TIMES = {"appTime": "%Y%m%d%H%M%S", "payTime": "%Y%m%d%H%M%S"} | dict.fromkeys(
    ("declTime", "ieDate"), "%Y%m%d"
)


@lru_cache
def _schema(official: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(official / "xsd" / "ceb-import-202205.xsd")))


def _by_schema(kind: str) -> None:
    @check(f"schema_{kind}")
    def schema(demo: Demo) -> Iterator[Difference]:
        """The document is valid by the official schema."""
        if demo.official is None:
            return
        judge = _schema(demo.official)
        if not judge.validate(demo.document(kind).root):
            yield Difference(f"{kind}.xml", "valid by the schema", str(judge.error_log))


def _by_table(kind: str) -> None:
    @check(f"form_{kind}")
    def form(demo: Demo) -> Iterator[Difference]:
        """Elements, their order, lengths and figures are the reference's."""
        document = demo.document(kind)
        _, head, line = SHAPES[kind]
        yield from _node(head, document.head)
        for place, values in enumerate(document.lines, start=1):
            yield from _node(line, values, f" {place}")
        yield from _node("BaseTransfer", document.transfer)
        if line and not document.lines:
            yield Difference(line, "1 or more", 0)
        yield from _times(document)


for _kind in KINDS:
    _by_schema(_kind)
    _by_table(_kind)


def _node(node: str, values: Values, place: str = "") -> Iterator[Difference]:
    table = fields(node)
    known = [field.name for field in table]
    said = [name for name in values if name in known]
    if sorted(said, key=known.index) != list(values):
        yield Difference(f"{node}{place}", f"the order {' '.join(known)}", " ".join(values))
    for field in table:
        if field.name not in values:
            if field.due:
                yield Difference(f"{node}{place} {field.name}", "present for 1210", "absent")
        elif not field.fits(values[field.name]):
            yield Difference(f"{node}{place} {field.name}", field.form, repr(values[field.name]))


def _times(document: Document) -> Iterator[Difference]:
    for name, pattern in TIMES.items():
        if text := document.head[name]:
            try:
                datetime.strptime(text, pattern)  # noqa: DTZ007  # China's time, compared as text
            except ValueError:
                yield Difference(f"{document.kind} {name}", f"a time {pattern}", text)


@check("guids")
def guids(demo: Demo) -> Iterable[Difference]:
    """Each record has an id of its own, upper case; each message too."""
    seen: dict[str, str] = {}
    for kind in KINDS:
        document = demo.document(kind)
        for text in {document.head["guid"], str(document.root.get("guid"))}:
            if GUID.fullmatch(text) is None:
                yield Difference(f"{kind} guid", "36 characters in upper case", text)
            if text in seen:
                yield Difference(f"{kind} guid", "its own", text, seen[text])
            seen[text] = kind
        if document.root.get("version") != "1.0":
            yield Difference(f"{kind} version", "1.0", document.root.get("version"))
