"""What the documentation names is there, and what is there it names."""

import re
from pathlib import Path

import pytest

from kernel.db import metadata
from shop import migrate
from shop.flow import FLOW
from tests.arch.house_rules import ROOT

DOCS = (ROOT / "README.md", ROOT / "THIRD_PARTY.md", *sorted((ROOT / "docs").rglob("*.md")))
NOT_PERSONAL = {"posting.sealed_at"}


def read(name: str) -> str:
    """Return a document by its path from the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def named(text: str) -> set[str]:
    """Return everything that ``text`` sets in code type, alone or as one of several words."""
    return {word for span in re.findall(r"`([^`\n]+)`", text) for word in (span, *span.split())}


def canonical(package: str) -> str:
    """Return a package's name as an index compares it."""
    return re.sub(r"[-_.]+", "-", package).lower()


def test_the_flow_page_names_every_fact_and_handler():
    """A fact or a handler was added to the flow: its page says what it does."""
    there = named(read("docs/flow.md"))
    wanted = {*FLOW, *(name for handlers in FLOW.values() for name, _ in handlers)}

    assert wanted - there == set()


def test_every_table_of_the_flow_page_exists():
    """The steps' tables: none is called by an older name."""
    migrate.import_tables()
    rows = [line.split("|") for line in read("docs/flow.md").splitlines() if line.startswith("| ")]
    tables = {word for row in rows if len(row) == 7 for word in re.findall(r"`(\w+)`", row[4])}

    assert len(tables) > 30
    assert tables - metadata.tables.keys() == set()


def test_every_sealed_column_is_in_the_data_protection_page():
    """A column holds personal data under seal: the page says what, and no other."""
    migrate.import_tables()
    sealed = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if "sealed" in column.name
    }
    section = read("docs/data-protection.md").partition("## Where it lies sealed")[2]
    table = {row.split("`")[1] for row in section.splitlines() if row.startswith("| `")}

    assert sealed - NOT_PERSONAL == {name for name in table if "." in name}


def test_the_readme_names_every_verb_of_make():
    """A verb was added to the Makefile."""
    verbs = re.findall(r"^([a-z-]+):.*## ", read("Makefile"), re.MULTILINE)

    assert {f"make {verb}" for verb in verbs} - named(read("README.md")) == set()


def test_every_package_of_the_lock_file_has_its_licence_told():
    """A package came or went."""
    locked = set(
        re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==", read("requirements.lock"), re.MULTILINE)
    )
    told = re.findall(r"^\| ([\w.-]+) \| [^|]+ \|$", read("THIRD_PARTY.md"), re.MULTILINE)

    assert {canonical(name) for name in locked} == {canonical(name) for name in told} - {"package"}


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_path_and_link_leads_somewhere(document: Path):
    """Links relative to the document; paths in code type from the root."""
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    paths = re.findall(
        r"`((?:docs|tests|shop|pos|kernel|settlement|bonded_display)/[\w./-]*\w/?)`", text
    )

    assert [link for link in links if not (document.parent / link).exists()] == []
    assert [path for path in paths if not (ROOT / path).exists()] == []
