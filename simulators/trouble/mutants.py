"""Plant falsehoods: change what a message says, as a rule file or a named flag tells.

What customs hears is changed after it was judged and before it is booked; what customs says is
changed on its way out, and the books keep the truth.  No trace of either is left anywhere: it is
for the comparison of books to find.
"""

from __future__ import annotations

import copy
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import cast

from lxml import etree

from simulators import ceb
from simulators.ceb_parts import SHAPES
from simulators.trouble.script import BadScript, count, id_of, read_json

FLAGS = Path(__file__).with_name("mutants.json")
"""The falsehoods that have a name, in the very form of a rule file."""
_NEEDS: Mapping[str, frozenset[str]] = {
    "add": frozenset({"number"}),
    "scale": frozenset({"by"}),
    "swap": frozenset({"with"}),
    "replace": frozenset({"text"}),
    "duplicate": frozenset(),
    "drop": frozenset(),
    "shift_time": frozenset({"ms"}),
    "shift_status": frozenset({"steps"}),
}
_LADDER = ("1", "2", "3", "120", "300", "399", "500", "800", "899")
_TIMES = {14: "%Y%m%d%H%M%S", 17: "%Y%m%d%H%M%S%f", 8: "%Y%m%d"}


@dataclass(frozen=True)
class Mutant:
    """One falsehood: in which message, under which XPath condition, what is changed.

    It acts ``times`` times from the ``nth`` fitting message on.  ``extra``: the true message
    goes too, and the false one after it.
    """

    id: str
    kind: str
    where: str
    changes: Sequence[Mapping[str, str]]
    times: int
    nth: int
    extra: bool


def read(said: object) -> list[Mutant]:
    """Return the mutants of a rule file's content; raises ``BadScript``."""
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        raise BadScript("mutants: a list of objects is wanted")
    return [_mutant(one, f"mutant {at}") for at, one in enumerate(said, 1)]


def read_file(path: Path) -> list[Mutant]:
    """Return the mutants in the JSON file ``path``; raises ``BadScript``."""
    return read(read_json(path))


def flag_names() -> list[str]:
    """Return the names that ``of_flag`` knows."""
    return sorted(json.loads(FLAGS.read_text(encoding="utf-8")))


def of_flag(name: str) -> list[Mutant]:
    """Return the mutants of a named flag; raises ``BadScript``."""
    named = json.loads(FLAGS.read_text(encoding="utf-8"))
    if name not in named:
        raise BadScript(f"no mutant is named {name}: {', '.join(sorted(named))}")
    return read(named[name])


def _mutant(said: Mapping[str, object], where: str) -> Mutant:
    known = {"kind", "where", "changes", "times", "nth", "extra", "why"}
    changes = said.get("changes")
    if not set(said) <= known or said.get("kind") not in SHAPES:
        raise BadScript(f"{where}: kind of a known message; knows {', '.join(sorted(known))}")
    if not isinstance(changes, list) or not changes:
        raise BadScript(f"{where}: changes, a list, is wanted")
    condition = str(said.get("where", "true()"))
    _compiled(condition, where)
    return Mutant(
        id_of(where, said),
        str(said["kind"]),
        condition,
        [_change(one, where) for one in changes],
        int(str(said.get("times", 1))),
        int(str(said.get("nth", 1))),
        said.get("extra") is True,
    )


def _change(said: object, where: str) -> dict[str, str]:
    if not isinstance(said, dict) or said.get("do") not in _NEEDS or "at" not in said:
        raise BadScript(f"{where}: a change has at and do of {', '.join(sorted(_NEEDS))}")
    change = {str(name): str(value) for name, value in said.items()}
    needed = _NEEDS[change["do"]]
    if set(change) != needed | {"do", "at"}:
        raise BadScript(f"{where}: {change['do']} needs {', '.join(sorted(needed)) or 'no more'}")
    for name in {"at", "with"} & set(change):
        _compiled(change[name], where)
    for name in {"number", "by", "ms", "steps"} & set(change):
        try:
            Decimal(change[name])
        except InvalidOperation:
            raise BadScript(f"{where}: {name} is no number") from None
    return change


def _compiled(path: str, where: str) -> etree.XPath:
    try:
        return etree.XPath(path, namespaces=ceb.PREFIXES)
    except etree.XPathSyntaxError:
        raise BadScript(f"{where}: {path!r} is no XPath") from None


class Mutants:
    """The falsehoods in force; how often each acted lies in the books."""

    def __init__(self, planted: Sequence[Mutant] = ()) -> None:
        self.planted = list(planted)

    def told(self, conn: sqlite3.Connection, root: etree._Element) -> list[etree._Element]:
        """Return the messages that go out in the place of ``root``: as a rule just it."""
        sent = [root]
        for mutant in self.planted:
            if mutant.kind != ceb.kind_of(root) or not _holds(mutant.where, root):
                continue
            met = count(conn, mutant.id)
            if not mutant.nth <= met < mutant.nth + mutant.times:
                continue
            false = _changed(copy.deepcopy(sent[-1]), mutant.changes) if sent else None
            kept = sent if mutant.extra else sent[:-1]
            sent = kept if false is None else [*kept, false]
        return sent


def _holds(condition: str, root: etree._Element) -> bool:
    return bool(root.xpath(condition, namespaces=ceb.PREFIXES))


def _changed(root: etree._Element, changes: Sequence[Mapping[str, str]]) -> etree._Element | None:
    """Return ``root`` with every change made; ``None`` when the message itself was dropped."""
    for change in changes:
        for element in ceb.find(root, change["at"]):
            if change["do"] == "drop" and element is root:
                return None
            _change_one(root, element, change)
    return root


def _change_one(root: etree._Element, element: etree._Element, change: Mapping[str, str]) -> None:
    """Make one change at one element; ``with`` is sought from the element's parent."""
    do, parent, text = change["do"], element.getparent(), (element.text or "").strip()
    if do == "drop" and parent is not None:
        parent.remove(element)
    elif do == "duplicate":
        element.addnext(copy.deepcopy(element))
    elif do == "swap" and parent is not None:
        others = cast(list[etree._Element], parent.xpath(change["with"], namespaces=ceb.PREFIXES))
        for other in others[:1]:
            element.text, other.text = other.text, element.text
    elif do == "replace":
        element.text = change["text"]
    elif do == "add":
        element.text = str(Decimal(text) + Decimal(change["number"]))
    elif do == "scale":
        element.text = str(Decimal(text) * Decimal(change["by"]))
    elif do == "shift_time" and len(text) in _TIMES:
        pattern = _TIMES[len(text)]
        at = datetime.strptime(text, pattern) + timedelta(milliseconds=int(change["ms"]))  # noqa: DTZ007
        element.text = at.strftime(pattern)[: len(text)]
    elif do == "shift_status" and text in _LADDER:
        place = _LADDER.index(text) + int(change["steps"])
        element.text = _LADDER[max(0, min(place, len(_LADDER) - 1))]
