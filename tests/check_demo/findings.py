"""Decide what a check is, what it reports, and how all checks are run over one folder.

What is checked lies in the modules beside; nothing is read here.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.check_demo.folder import Demo


@dataclass(frozen=True)
class Difference:
    """One place where something is not as it must be: what was due, what each side says."""

    about: str
    expected: object
    ours: object
    other: object = "-"


@dataclass(frozen=True)
class Finding:
    """A difference under the name of the check that saw it."""

    name: str
    difference: Difference

    def __str__(self) -> str:
        d = self.difference
        return f"{self.name}: {d.about}: expected {d.expected}, ours {d.ours}, other side {d.other}"


Check = Callable[[Demo], Iterable[Difference]]
CHECKS: dict[str, Check] = {}
UNCHECKABLE = (ArithmeticError, LookupError, ValueError, OSError)
"""What reading a spoilt file raises: then the check has failed."""


def check(name: str) -> Callable[[Check], Check]:
    """Register a check under the name that is printed when it fails."""

    def register(function: Check) -> Check:
        if name in CHECKS:
            raise KeyError(f"two checks named {name}")
        CHECKS[name] = function
        return function

    return register


def run(folder: Path, official: Path | None) -> list[Finding]:
    """Return the findings of every check over ``folder``.

    ``official`` is the folder of the official schemas; without it those checks say nothing.
    """
    demo = Demo(folder, official)
    return [
        Finding(name, difference)
        for name, function in CHECKS.items()
        for difference in _differences(function, demo)
    ]


def _differences(function: Check, demo: Demo) -> Iterator[Difference]:
    try:
        yield from function(demo)
    except UNCHECKABLE as fault:
        yield Difference("cannot be checked", "a readable file", f"{type(fault).__name__} {fault}")
