"""Decide what a house rule is: a function over one source text, with its failing example.

Each rule lies in a module ``rules_*.py``; ``test_rules.py`` runs them all over the tree.
"""

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("shop", "pos", "bonded_display", "settlement", "kernel")
PRODUCT = (*ROOMS, "simulators", "templates")
ALL = (*PRODUCT, "load", "demo", "tests")


@dataclass(frozen=True)
class Source:
    """One Python file: where it lies, seen from the root, and what it says."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.text)

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The node above each node."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def is_below(self, *folders: str) -> bool:
        """Say whether it lies in one of ``folders``, or is one of these files."""
        return any(self.path == folder or self.path.startswith(f"{folder}/") for folder in folders)

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Return every function and method, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """Return the nodes that enclose ``node``, from the nearest one up."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent


@dataclass(frozen=True)
class Finding:
    """Where a rule is broken, and how."""

    source: Source
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.source.path}:{self.line}: {self.what}"


Check = Callable[[Source], Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    """A check, the folders it holds in, an example that breaks it and one that keeps it."""

    name: str
    check: Check
    within: Sequence[str]
    bad: Sequence[Source]
    good: Sequence[Source]

    def findings(self, source: Source) -> list[Finding]:
        """Return where ``source`` breaks the rule; nothing where it does not hold."""
        return list(self.check(source)) if source.is_below(*self.within) else []


RULES: list[Rule] = []


def rule(
    *, within: Sequence[str], bad: dict[str, str], good: dict[str, str] | None = None
) -> Callable[[Check], Check]:
    """Make a check a rule; ``bad`` and ``good`` are examples by path, each judged alone."""

    def register(check: Check) -> Check:
        examples = [[Source(*item) for item in (texts or {}).items()] for texts in (bad, good)]
        name = check.__name__.strip("_")
        RULES.append(Rule(name, check, within, bad=examples[0], good=examples[1]))
        return check

    return register


def sources() -> list[Source]:
    """Return every Python file of the tree."""
    files = (path for folder in ALL for path in (ROOT / folder).rglob("*.py"))
    return [
        Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(files)
    ]
