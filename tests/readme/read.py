"""Decides what README.md promises: lines to type, pages to reach, files to find, verbs to have.

Leaves doing it to ``typist`` and ``visit``.
"""

import re
from dataclasses import dataclass

_FENCE = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Named:
    """A page by its address, and the role that it is for."""

    address: str
    role: str


def lines_to_type(text: str) -> list[str]:
    """Return the lines of all code blocks, as they stand."""
    return [line for block in _FENCE.findall(text) for line in block.splitlines() if line.strip()]


def pages(text: str) -> list[Named]:
    """Return the pages of the table ``| page | whose |``."""
    rows = _table(text, "page", "whose")
    return [Named(address, row[1]) for row in rows for address in _CODE.findall(row[0])]


def results(text: str) -> list[str]:
    """Return the names that the demo is said to leave; a folder ends in ``/``."""
    return [name for row in _table(text, "what", "whose word") for name in _CODE.findall(row[0])]


def verbs(text: str) -> dict[str, str]:
    """Return what each verb of the table ``| verb | does |`` is said to do."""
    return {_CODE.findall(row[0])[0]: row[1] for row in _table(text, "verb", "does")}


def lasting(text: str) -> set[str]:
    """Return the verbs that run until they are ended by Ctrl-C."""
    return {verb for verb, does in verbs(text).items() if "until Ctrl-C" in does}


def _table(text: str, *head: str) -> list[list[str]]:
    begins = text.find("| " + " | ".join(head) + " |")
    if begins < 0:
        raise ValueError(f"README.md has no table {head}")
    rows = []
    for line in text[begins:].splitlines()[2:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows
