"""Decides how a crowd remembers what it was told: a line for each word of the server, at once.

What is noted is compared with what is stored once the run is over (``load.invariants``).
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

ASKED, PLACED, REFUSED, MONEY = "asked", "placed", "refused", "money"
SENT, SALE, SHIFT = "sent", "sale", "shift"


class Notebook:
    """Appends notes to a file, one JSON object a line, each written before anything else happens."""

    def __init__(self, file: Path) -> None:
        self._file: TextIO = file.open("a", encoding="utf-8", buffering=1)
        self.counts: Counter[str] = Counter()

    def note(self, kind: str, **what: Any) -> None:
        """Keep what was asked or acknowledged."""
        self._file.write(json.dumps({"kind": kind, **what}, ensure_ascii=False) + "\n")
        self.counts[kind] += 1

    def close(self) -> None:
        """Write nothing more."""
        self._file.close()


def read_notes(file: Path) -> list[dict[str, Any]]:
    """Return the notes in the order in which they were written."""
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


@dataclass
class Wave:
    """How many orders the crowd may still place: never more than planned are under way."""

    planned: int
    placed: int = 0
    _under_way: int = field(default=0, repr=False)

    @property
    def over(self) -> bool:
        """Return whether every planned order was placed."""
        return self.placed >= self.planned

    def enter(self) -> bool:
        """Take a place for an order that may come of this; False while all are taken."""
        if self.placed + self._under_way >= self.planned:
            return False
        self._under_way += 1
        return True

    def leave(self, *, placed: bool) -> None:
        """Give the place back, with or without an order."""
        self._under_way -= 1
        self.placed += placed
