"""Decide how a question is read from JSON: its parts by name, or where it is none.

docs/cli.md describes the same as a JSON schema.
"""

import base64
import binascii
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from bonded_display.customs.command.errors import QuestionUnread
from bonded_display.customs.messages.business import Frame
from bonded_display.customs.messages.table import Document
from kernel.clock import Instant, instant

Json = Mapping[str, Any]

BYTES = frozenset({"xml", "xml_b64"})
"""A message comes as text or, when its own encoding matters, as base64 of its bytes."""


def parts(question: object, place: str, allowed: Collection[str]) -> Json:
    """Return an object of no more than the ``allowed`` members; raises ``QuestionUnread``."""
    if not isinstance(question, dict):
        raise QuestionUnread(place=place)
    for name in question:
        if name not in allowed:
            raise QuestionUnread(place=f"{place}.{name}"[:80])
    return question


def text(asked: Json, name: str, default: str | None = None) -> str:
    """Return a text; raises ``QuestionUnread`` when it is none and no default stands for it."""
    value = asked.get(name, default)
    if not isinstance(value, str):
        raise QuestionUnread(place=name)
    return value


def raw(asked: Json) -> bytes:
    """Return the bytes of the message: exactly one of ``xml`` and ``xml_b64``."""
    if len(BYTES & asked.keys()) != 1:
        raise QuestionUnread(place="xml")
    try:
        if "xml" in asked:
            return text(asked, "xml").encode("utf-8")
        return base64.b64decode(text(asked, "xml_b64"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as wrong:
        raise QuestionUnread(place=next(iter(BYTES & asked.keys()))) from wrong


def moment(asked: Json, name: str) -> Instant | None:
    """Return an instant written with its zone, None when it is not said."""
    if name not in asked:
        return None
    try:
        said = datetime.fromisoformat(text(asked, name))
    except ValueError as wrong:
        raise QuestionUnread(place=name) from wrong
    if said.tzinfo is None:
        raise QuestionUnread(place=name)
    return instant(said)


def items(asked: Json, name: str, default: list[Any] | None = None) -> list[Any]:
    """Return a list; raises ``QuestionUnread``."""
    value = asked.get(name, default)
    if not isinstance(value, list):
        raise QuestionUnread(place=name)
    return value


def documents(asked: Json) -> list[Document]:
    """Return the texts of the documents to build."""
    return [
        _document(given, f"documents[{place}]")
        for place, given in enumerate(items(asked, "documents"), start=1)
    ]


def frame(asked: Json, guid: str) -> Frame:
    """Return what stands around the documents; ``guid`` unless the question says one."""
    subscribers = items(asked, "subscribers", [])
    return Frame(
        guid=text(asked, "guid", guid),
        transfer=_texts(asked["transfer"], "transfer") if "transfer" in asked else None,
        subscribers=tuple(
            _texts(given, f"subscribers[{place}]") for place, given in enumerate(subscribers, 1)
        ),
    )


def _document(given: object, place: str) -> Document:
    document = parts(given, place, {"head", "lines"})
    lines = items(document, "lines", [])
    return Document(
        head=_texts(document.get("head"), f"{place}.head"),
        lines=tuple(
            _texts(line, f"{place}.lines[{gnum}]") for gnum, line in enumerate(lines, start=1)
        ),
    )


def _texts(given: object, place: str) -> dict[str, str]:
    """Return element names with their texts: figures too are written as they shall stand."""
    if not isinstance(given, dict):
        raise QuestionUnread(place=place)
    for name, value in given.items():
        if not isinstance(value, str):
            raise QuestionUnread(place=f"{place}.{name}"[:80])
    return given
