"""House rules of words: one name for one thing (section 8 of the design, docs/glossary.md)."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.arch.house_rules import ROOMS, Finding, Source, rule

MESSAGES = "bonded_display/customs/messages"
DESKS = tuple(f"bonded_display/{desk}" for desk in ("stock", "display", "warehouse", "web"))


@dataclass(frozen=True)
class Word:
    """A word that is never used, where, and what we say instead."""

    never: str
    instead: str
    within: tuple[str, ...] = ROOMS

    def is_in(self, name: str) -> bool:
        """Say whether an identifier uses the word."""
        return re.search(self.never, _snake(name)) is not None


WORDS = (
    Word(r"(?<!bonded_)inventory", "declaration_list, or bonded_inventory_list for the zone's"),
    Word(
        r"(?<!customs_)receipt",
        "slip for paper, customs_receipt for an answer of customs",
        within=("shop", "pos", "settlement", "kernel", *DESKS),
    ),
    Word(r"\bticket|(?<!waiting)_ticket", "slip", within=("shop", "pos")),
    Word(r"ledger", "account_book", within=("bonded_display",)),
    Word(r"refund", "goods_return; refund is money", within=("bonded_display",)),
    Word(r"\b(lock|hold)s?\b|_(lock|hold)s?\b", "reservation or allocation", within=DESKS[:1]),
    Word(r"vendor", "platform or merchant"),
    Word(r"(\b|_)(store|shop|branch)_(id|code|name|no)\b", "outlet or display_site"),
    Word(r"(\b|_)(qr|tag)_(id|no)\b", "shelf_code"),
    Word(r"(\b|_)transactions?\b", "posting or entry", within=("settlement/ledger",)),
)


@rule(
    within=ROOMS,
    bad={
        "bonded_display/stock/inventory.py": "",
        "shop/a.py": "def list_inventory(): ...\n",
        "bonded_display/b.py": "class InventoryLine: ...\n",
        "pos/terminal/slip/c.py": "receipt = 1\n",
        "shop/d.py": "def f(refund, *, store_id): ...\n",
        "settlement/e.py": "t = Table('x', m, Column('vendor', Text))\n",
        "bonded_display/stock/f.py": "def hold(): ...\n",
        "bonded_display/stock/g.py": "for ledger_row in rows: ...\n",
        "shop/h.py": "row.qr_id = 1\n",
    },
    good={
        "shop/a.py": "def list_declarations(): ...\n",
        "bonded_display/b.py": "bonded_inventory_list_no = 1\n",
        "bonded_display/customs/record_receipt.py": "receipt = 1\n",
        f"{MESSAGES}/ceb621.py": "class InventoryHead: ...\n",
        "shop/flow.py": "from bonded_display.customs import record_receipt\n",
        "bonded_display/stock/tables.py": "held = Column('held', Integer)\n",
        "settlement/tax/guarantees.py": "def hold(): ...\n",
    },
)
def our_words(source: Source) -> Iterator[Finding]:
    """A thing has one name; the elements of customs' own messages keep customs' names."""
    if source.is_below(MESSAGES):
        return
    words = [word for word in WORDS if source.is_below(*word.within)]
    for line, name in given_names(source):
        for word in words:
            if word.is_in(name):
                yield Finding(source, line, f"{name}: we say {word.instead}")


def given_names(source: Source) -> Iterator[tuple[int, str]]:
    """Return every name that ``source`` gives: to itself, and to what it defines or stores."""
    for part in source.path.removesuffix(".py").split("/"):
        yield 1, part
    for node in ast.walk(source.tree):
        line = getattr(node, "lineno", 1)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield line, node.name
        elif isinstance(node, ast.arg):
            yield line, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield line, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield line, node.attr
        elif isinstance(node, ast.Call):
            yield from ((line, name) for name in _of_table(node))


def _of_table(call: ast.Call) -> Iterator[str]:
    """A table or a column is named by the first argument."""
    made = call.func.id if isinstance(call.func, ast.Name) else ""
    if made in ("Table", "Column") and call.args and isinstance(call.args[0], ast.Constant):
        yield str(call.args[0].value)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
