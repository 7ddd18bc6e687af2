"""Decides which families of problem there are; rooms name their own, the edge puts them in words.

    Problem
    ├── Malformed     422  what was sent cannot be understood; nothing was judged
    ├── NotFound      404  what was named does not exist for this actor
    ├── Denied        403  the actor may not do this
    ├── Refusal       409  understood, judged, refused; nothing was done
    └── Unavailable   503  cannot be judged now; worth trying again after ``retry_after_s``

A problem carries a code that never changes and facts, never a sentence: the sentences are the
messages ``<code>.what``, ``<code>.why`` and ``<code>.next``.  The statuses live in ``kernel.web``.
"""

from collections.abc import Iterator
from typing import ClassVar


class Problem(Exception):
    """What a person or a machine asked for was not done; ``facts`` say about what."""

    code: ClassVar[str] = "problem"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts: dict[str, object] = facts
        self.replayed = False
        """Whether this is the first answer to a key again."""

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({shown})"


class Malformed(Problem):
    """What was sent cannot be understood; nothing was judged and nothing is remembered."""

    code = "malformed"


class NotFound(Problem):
    """What was named does not exist, or not for this actor."""

    code = "not_found"


class Denied(Problem):
    """The actor may not do this, whatever the state of things."""

    code = "denied"


class Refusal(Problem):
    """Understood, judged and refused; nothing was done, and asking again answers the same."""

    code = "refusal"


class Unavailable(Problem):
    """Cannot be judged now; the same request is worth sending again after ``retry_after_s``."""

    code = "unavailable"

    def __init__(self, *, retry_after_s: int = 5, **facts: object) -> None:
        super().__init__(**facts)
        self.retry_after_s = retry_after_s


FAMILIES: tuple[type[Problem], ...] = (Malformed, NotFound, Denied, Refusal, Unavailable)


def family_of(problem: Problem) -> type[Problem]:
    """Return the family a problem belongs to, or ``Problem`` itself when it joined none."""
    return next((family for family in FAMILIES if isinstance(problem, family)), Problem)


def every_kind(root: type[Problem] = Problem) -> Iterator[type[Problem]]:
    """Yield each kind of problem that is imported by now; tests hold them against the messages."""
    for kind in root.__subclasses__():
        yield kind
        yield from every_kind(kind)
