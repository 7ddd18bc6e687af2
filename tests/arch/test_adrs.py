"""Each decision says what it decides in its title, on one page, and names the test that keeps it."""

import ast
import re
from collections.abc import Iterator

from tests.arch.house_rules import ROOMS, ROOT, sources

FOLDER = ROOT / "docs" / "adr"
FIRST = 12
"""So many decisions the house was begun with; more may follow, none may go."""

PARTS = ("Context", "Decision", "Consequences", "Kept by")
ONE_PAGE = 60


def slug(title: str) -> str:
    """Return a title as a file name: lower case, hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", re.sub("['’]", "", title.lower())).strip("-")


def faults(name: str, text: str) -> Iterator[str]:
    """Return what is wrong with the decision ``text`` that lies as ``name``."""
    lines = text.splitlines()
    title = lines[0].removeprefix("# ") if lines else ""
    if name[5:] != f"{slug(title)}.md":
        yield f"the title is not the file's name: {title}"
    parts = tuple(line.removeprefix("## ") for line in lines if line.startswith("## "))
    if parts != PARTS:
        yield f"its parts are {parts}"
    if len(lines) > ONE_PAGE:
        yield f"{len(lines)} lines are more than a page"
    kept_by = re.findall(r"`(tests/[^`]+)`", text.partition("## Kept by")[2])
    if not kept_by:
        yield "no test keeps it"
    yield from (f"there is no {test}" for test in kept_by if not (ROOT / test).is_file())


def test_each_decision_is_one_page_that_a_test_keeps():
    """Every file of docs/adr; the first twelve are there, numbered without a gap."""
    found = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.iterdir())}

    assert [
        f"{name}: {fault}" for name, text in found.items() for fault in faults(name, text)
    ] == []
    assert [int(name[:4]) for name in found] == list(range(1, len(found) + 1))
    assert len(found) >= FIRST


def test_a_decision_nobody_keeps_is_seen():
    """Another title, no parts, no test; then a test that does not exist."""
    parts = "\n".join(f"## {part}" for part in PARTS)

    assert len(list(faults("0001-ids.md", "# Ids are numbers"))) == 3
    assert list(faults("0001-an-id-s-use.md", f"# An id s use\n{parts}\n- `tests/no.py`: x")) == [
        "there is no tests/no.py"
    ]
    assert not list(faults("0001-an-ids.md", f"# An id's\n{parts}\n- `tests/arch/test_adrs.py`"))


def test_flask_login_is_known_to_one_module():
    """Decision 0016: everybody else asks ``shop.web.login``."""
    knowing = [
        source.path
        for source in sources()
        if source.is_below(*ROOMS)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("flask_login")
    ]

    assert knowing == ["shop/web/login.py"]
