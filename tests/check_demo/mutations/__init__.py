"""Decide what a mutation of a demo is and how one is tried: one change, refused by name.

The mutations themselves lie in ``papers_and_books`` and ``messages``.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.check_demo.folder import KINDS
from tests.check_demo.judge import failed

Apply = Callable[[Path], None]
Resign = Callable[[Path, str], None]


@dataclass(frozen=True)
class Mutation:
    """One change in a demo's folder; ``expects`` must fail, ``also`` may fail with them.

    ``document`` is the signed document that is changed: its signature must fail too, unless it
    was signed again.
    """

    title: str
    apply: Apply
    expects: frozenset[str]
    also: frozenset[str] = frozenset()
    document: str = ""

    def due(self, *, resigned: bool = False) -> frozenset[str]:
        """Return the names of the checks that must fail."""
        if not self.document or resigned:
            return self.expects
        return self.expects | {f"signature_{self.document}"}


@dataclass(frozen=True)
class Outcome:
    """Which checks failed on a mutated copy, and which were due and did not."""

    failed: frozenset[str]
    missed: frozenset[str]
    beyond: frozenset[str]


def names(text: str) -> frozenset[str]:
    """Return names written as words."""
    return frozenset(text.split())


def attempt(
    mutation: Mutation, demo: Path, official: Path | None = None, *, resign: Resign | None = None
) -> Outcome:
    """Apply ``mutation`` to a copy of ``demo`` and judge the copy; ``demo`` stays as it is."""
    with tempfile.TemporaryDirectory(prefix="check-demo-") as place:
        copy = Path(place) / "demo"
        shutil.copytree(demo, copy)
        mutation.apply(copy)
        if resign is not None and mutation.document:
            resign(copy, mutation.document)
        found = frozenset(failed(copy, official))
    due = mutation.due(resigned=resign is not None)
    schemas = {f"schema_{kind}" for kind in KINDS}
    return Outcome(found, due - found, found - due - mutation.also - schemas)
