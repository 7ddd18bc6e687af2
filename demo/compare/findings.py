"""Decide what a difference of books and a total are, and how both are told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Value = str | int | None
Rows = Mapping[str, Mapping[str, Value]]
SAME = "the same on both sides"


@dataclass(frozen=True)
class Difference:
    """One place where two books tell differently, by document: what was due, what each says."""

    check: str
    document: str
    what: str
    ours: Value
    other: Value
    expected: Value = SAME

    def __str__(self) -> str:
        said = f"expected {self.expected}, ours {self.ours}, other side {self.other}"
        return f"{self.check}: {self.document}: {self.what}: {said}"


@dataclass(frozen=True)
class Total:
    """One figure of everything: in fen, in 1/100,000 or as a count, as its name says."""

    name: str
    expected: int | None
    ours: int
    other: int

    @property
    def differs(self) -> bool:
        """Whether one of the figures is not as the others."""
        return self.ours != self.other or self.expected not in (None, self.ours)


def by_name(
    check: str,
    document: str,
    ours: Mapping[str, Value],
    other: Mapping[str, Value],
) -> Iterator[Difference]:
    """Yield a difference for each name under which two rows say something else."""
    for name in dict.fromkeys([*ours, *other]):
        if ours.get(name) != other.get(name):
            yield Difference(check, document, name, ours.get(name), other.get(name))


def by_key(check: str, ours: Rows, other: Rows) -> Iterator[Difference]:
    """Yield what only one side has, and what both have and tell differently."""
    for key in sorted({*ours, *other}):
        if key not in other:
            yield Difference(check, key, "document", "there", "missing")
        elif key not in ours:
            yield Difference(check, key, "document", "missing", "there")
        else:
            yield from by_name(check, key, ours[key], other[key])


def whole(value: Value) -> int:
    """Return a figure as a whole number; one that is not told counts nothing."""
    return int(value or 0)
