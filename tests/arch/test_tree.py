"""House rules of the tree: how many files, which words in any file, complete messages."""

import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.arch.house_rules import ALL, ROOMS, ROOT

KERNEL = frozenset(
    "config db nodes ids money clock actor crypto audit register outbox jobs idempotency groups"
    " calls errors i18n logs metrics sheets locks render web batch deliveries keys".split()
)
"""The closed list: at most 26; a further one takes an ADR and replaces nothing here silently."""

FOLDER_FILES = 20
DEMO_SWITCH = "BREAK"
_REGISTRIES = ("py" + r"pi\.org", "python" + "hosted", r"registry\.np" + "mjs", r"deb\.deb" + "ian")
_MACHINE = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + r"me/\w", "/opt/wh" + "eels")
PLACES = re.compile("|".join((*_REGISTRIES, *_MACHINE)))


def files_of_the_tree() -> list[Path]:
    """Return every file that is, or is about to be, under version control."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [ROOT / name for name in sorted(listed.split("\0")) if name and (ROOT / name).is_file()]


def crowded(paths: Iterable[Path]) -> Iterator[str]:
    """Return the folders that are due to be cut; files that differ in the language count once."""
    stems = {
        (path.parent, path.name.split(".")[0])
        for path in paths
        if path.name not in ("__init__.py", "py.typed")
    }
    for folder, files in Counter(folder for folder, _ in stems).items():
        if files > FOLDER_FILES and folder.name != "kernel":
            yield f"{folder}: {files} files: cut it by use"


def unknown_to_the_kernel(names: Iterable[str]) -> set[str]:
    """Return the modules of the kernel that are not on its closed list."""
    return set(names) - KERNEL - {"__init__"}


def names_of_places(text: str) -> list[str]:
    """Return the registry hosts and the paths of one machine that ``text`` names."""
    return PLACES.findall(text)


def half_merged(text: str) -> bool:
    """Say whether ``text`` still holds the marks of two versions that nobody chose between."""
    return re.search(r"^(<{7}|>{7}|={7}$)", text, re.M) is not None


def switched(text: str) -> bool:
    """Say whether ``text`` knows of the demo's switch for breaking the other side."""
    return re.search(rf"\b{DEMO_SWITCH}\b", text) is not None


@pytest.fixture(scope="module")
def files():
    """Every file of the tree."""
    return files_of_the_tree()


def read(path):
    return path.read_text(encoding="utf-8", errors="replace")


def test_a_folder_past_twenty_files_is_cut_by_use(files):
    """Each folder of code can be taken in at a glance."""
    code = [path.relative_to(ROOT) for path in files if path.relative_to(ROOT).parts[0] in ALL]

    assert list(crowded(code)) == []
    assert list(crowded(Path(f"shop/f{number}.py") for number in range(21)))
    assert not list(crowded(Path(f"t/{n}.{lang}.txt") for n in range(20) for lang in ("en", "zh")))


def test_the_kernel_is_a_closed_list(files):
    """A module was added to the kernel: it takes an ADR, and the list grows to 26 at most."""
    kernel = (path.relative_to(ROOT) for path in files if path.is_relative_to(ROOT / "kernel"))
    there = {path.parts[1].removesuffix(".py") for path in kernel if path.suffix == ".py"}

    assert unknown_to_the_kernel(there) == set()
    assert unknown_to_the_kernel({"ids", "util"}) == {"util"}
    assert len(KERNEL) <= 26


def test_no_file_names_a_registry_or_a_path_of_one_machine(files):
    """The tree is the same everywhere: no download address, no home of a person."""
    found = {str(path.relative_to(ROOT)): names_of_places(read(path)) for path in files}

    assert {path: names for path, names in found.items() if names} == {}
    assert names_of_places("see https://" + "py" + "pi.org/simple, in /ho" + "me/li")
    assert not names_of_places("see docs/adr, in ../shared and /tmp")


def test_no_file_is_half_merged(files):
    """A page showed both versions and the marks between them."""
    assert [path for path in files if half_merged(read(path))] == []
    assert half_merged("<table>\n" + "=" * 7 + "\n<p>")
    assert not half_merged("Title\n" + "=" * 5 + "\nx " + ">" * 7)


def test_the_product_does_not_know_how_the_demo_breaks_things(files):
    """The switch breaks the other side or the environment: no room has a branch for it."""
    rooms = [path for path in files if path.relative_to(ROOT).parts[0] in ROOMS]

    assert [path for path in rooms if switched(read(path))] == []
    assert switched(f"if os.environ['{DEMO_SWITCH}']:")
    assert not switched("for x in y: break")
