"""House rules of size and shape: what a reader can take in at once."""

import ast
from collections.abc import Iterator

from tests.arch.house_rules import ALL, PRODUCT, Finding, Source, rule

FILE_LINES = 300
FUNCTION_LINES = 50
MIGRATIONS = "shop/migrations"


@rule(
    within=ALL,
    bad={"shop/long.py": "x = 1\n" * (FILE_LINES + 1)},
    good={"shop/short.py": "x = 1\n" * FILE_LINES},
)
def file_length(source: Source) -> Iterator[Finding]:
    """A file is read without losing the way; migrations are written once and not read."""
    lines = source.text.count("\n")
    if lines > FILE_LINES and not source.is_below(MIGRATIONS):
        yield Finding(source, 1, f"{lines} lines, not {FILE_LINES}: cut it by meaning")


@rule(
    within=ALL,
    bad={"tests/long.py": "def f():\n" + "    x = 1\n" * FUNCTION_LINES},
    good={"tests/short.py": "def f():\n" + "    x = 1\n" * (FUNCTION_LINES - 1)},
)
def function_length(source: Source) -> Iterator[Finding]:
    """A function needs no comment to be divided."""
    for node in source.functions():
        lines = (node.end_lineno or 0) - node.lineno + 1
        if lines > FUNCTION_LINES and not source.is_below(MIGRATIONS):
            yield Finding(source, node.lineno, f"{node.name} is {lines} lines")


@rule(
    within=(*PRODUCT, "load", "demo", "tests/arch", "tests/support"),
    bad={"kernel/mute.py": "x = 1\n"},
    good={"kernel/told.py": '"""Decide x."""\n', "kernel/empty/__init__.py": '"""A room."""'},
)
def module_docstring(source: Source) -> Iterator[Finding]:
    """A module says what it decides and what it leaves to others."""
    if not ast.get_docstring(source.tree):
        yield Finding(source, 1, "no docstring: what does it decide, what does it leave?")


@rule(
    within=ALL,
    bad={
        "pos/late.py": "def f():\n    import os\n",
        "shop/later.py": "def f():\n    if 1:\n        from os import path\n",
    },
    good={"pos/early.py": "import os\ndef f(): return os\n"},
)
def local_import(source: Source) -> Iterator[Finding]:
    """What a module needs stands at its head: a hidden import would pass the contracts."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and any(
            isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for above in source.above(node)
        ):
            yield Finding(source, node.lineno, "an import inside a function")


@rule(
    within=ALL,
    bad={"shop/hidden.py": "import importlib\nx = importlib.import_module('settlement.ledger')\n"},
    good={"kernel/data.py": "from importlib import resources\nx = resources.files('templates')\n"},
)
def import_by_name(source: Source) -> Iterator[Finding]:
    """No module is imported by a text either; migrations, at the top, gather all tables so."""
    judged = not source.is_below("tests", "shop/migrate.py", MIGRATIONS)
    for node in ast.walk(source.tree):
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)
        if judged and name in ("import_module", "__import__"):
            yield Finding(source, node.lineno, "an import by name passes by the contracts")
