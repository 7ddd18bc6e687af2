"""House rules of whose table is whose: a text of SQL must not go where an import may not."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.arch.house_rules import ROOMS, Finding, Source, rule, sources

DESKS = ("bonded_display", "settlement")
MIGRATIONS = "shop/migrations"
RANK = {"kernel": 0, "settlement": 1, "bonded_display": 2, "pos": 2, "shop": 3}
VERB = re.compile(r"\b(select|insert\s+into|update|delete\s+from|exists|merge\s+into)\b", re.I)
NAMED = re.compile(r'\b(?:from|join|into|update|table|using)\s+"?([a-z_][a-z0-9_]*)', re.I)
EXAMPLES = {
    "bonded_display/stock/tables.py": "availability = Table('availability', metadata)\n",
    "bonded_display/customs/tables.py": "Table('declaration_list', metadata)\n",
    "shop/tables.py": "Table('customs_order', metadata)\n",
    "kernel/register.py": "Table('outlet', metadata)\n",
}


def owner(path: str) -> str:
    """Return the room, or the desk where a room has desks, to which a file belongs."""
    parts = path.removesuffix(".py").split("/")
    return ".".join(parts[: 2 if parts[0] in DESKS and len(parts) > 2 else 1])


def tables_of(texts: list[Source]) -> dict[str, str]:
    """Return the owner of each table that ``texts`` declare."""
    return {
        str(node.args[0].value): owner(source.path)
        for source in texts
        if source.is_below(*ROOMS) and "Table(" in source.text
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Table"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


@cache
def owners() -> dict[str, str]:
    """Return the owner of each table of the tree; the examples' tables have theirs too."""
    examples = [Source(path, text) for path, text in EXAMPLES.items()]
    return tables_of(examples) | tables_of(sources())


@rule(
    within=ROOMS,
    bad={
        "settlement/ledger/a.py": "sql = 'SELECT id FROM customs_order'\n",
        "bonded_display/stock/b.py": "sql = 'select 1 from x join declaration_list on true'\n",
        "shop/c.py": "def f(t): return f'UPDATE availability SET held = {t}'\n",
        "shop/d.py": "sql = ('SELECT id '\n       'FROM availability')\n",
    },
    good={
        "bonded_display/stock/a.py": "sql = 'UPDATE availability SET held = 1'\n",
        "shop/b.py": "sql = 'SELECT id FROM customs_order'\nwords = 'a word from availability'\n",
        "shop/d.py": "sql = 'SELECT name FROM outlet'\n",
        "shop/c.py": 'def f():\n    """Select what stands from availability."""\n',
    },
)
def own_tables(source: Source) -> Iterator[Finding]:
    """SQL text names tables of its own room or desk, or of the kernel, on which all stand.

    Others are asked through their functions.
    """
    if source.is_below(MIGRATIONS):
        return  # one database has one history; its steps name the tables of every room
    mine = owner(source.path)
    for line, text in _texts(source):
        if not VERB.search(text):
            continue
        for name in sorted(set(NAMED.findall(text))):
            theirs = owners().get(name.lower(), mine)
            if theirs not in (mine, "kernel"):
                yield Finding(source, line, f"SQL names {name}, which is a table of {theirs}")


@rule(
    within=ROOMS,
    bad={
        "bonded_display/stock/x.py": "ForeignKey('customs_order.id')\n",
        "kernel/y.py": "ForeignKeyConstraint(['a', 'b'], ['availability.id', 'availability.b'])\n",
    },
    good={
        "shop/x.py": "ForeignKey('availability.id', name='x')\n",
        "pos/server/y.py": "ForeignKey('outlet.id')\n",
    },
)
def keys_point_down(source: Source) -> Iterator[Finding]:
    """A foreign key goes to the same room or one below; upward references are indexed ids."""
    mine = RANK[source.path.split("/")[0]]
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in (
            "ForeignKey",
            "ForeignKeyConstraint",
        ):
            continue
        texts = [n.value for a in node.args for n in ast.walk(a) if isinstance(n, ast.Constant)]
        for name in sorted({str(text).split(".")[0] for text in texts if "." in str(text)}):
            theirs = owners().get(name, source.path.split("/")[0])
            if RANK[theirs.split(".")[0]] > mine:
                yield Finding(source, node.lineno, f"a foreign key up to {name} of {theirs}")


def _texts(source: Source) -> Iterator[tuple[int, str]]:
    """Return the texts in code: no docstrings; what is put into a text stands as ``{}``."""
    for node in ast.walk(source.tree):
        parent = source.parents.get(node)
        if isinstance(parent, ast.Expr | ast.JoinedStr):
            continue
        if isinstance(node, ast.JoinedStr):
            parts = (str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values)
            yield node.lineno, "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
