"""Type the code blocks of README.md in a fresh clone, and reach every page that it names.

``python -m tests.readme`` from the project; ``--leave-out 'make test'`` leaves a line untyped.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from demo.browser import PageWrong
from tests.readme.read import lasting, lines_to_type, pages, results, verbs
from tests.readme.typist import Broken, Typist
from tests.readme.visit import Printed, visit

PROJECT = Path(__file__).resolve().parents[2]
READY = "Ctrl-C ends it"


def main() -> int:
    """Return 0 when README.md holds, else 1 with what does not."""
    parser = argparse.ArgumentParser(prog="python -m tests.readme")
    parser.add_argument("--leave-out", action="append", default=[], metavar="LINE")
    left_out = parser.parse_args().leave_out
    with tempfile.TemporaryDirectory(prefix="readme-") as folder:
        typist = Typist.of(PROJECT, Path(folder))
        try:
            _walk(typist, (typist.clone / "README.md").read_text(encoding="utf-8"), left_out)
        except (Broken, PageWrong) as broken:
            print(broken, file=sys.stderr)
            return 1
    return 0


def _walk(typist: Typist, text: str, left_out: list[str]) -> None:
    for line in lines_to_type(text):
        begun = time.monotonic()
        if line in left_out:
            print(f"{line}: left out", flush=True)
            continue
        if line in lasting(text):
            _stay(typist, line, text)
        else:
            typist.type(line)
        if line == "make demo":
            _require_results(typist.clone / "var" / "demo", text)
        print(f"{line}: {time.monotonic() - begun:.0f} s", flush=True)
    _require_verbs(typist, text)


def _stay(typist: Typist, line: str, text: str) -> None:
    begun = time.monotonic()
    named = pages(text)
    with typist.lasting(line, until=READY):
        print(f"{line}: first page after {time.monotonic() - begun:.0f} s", flush=True)
        visit(named, Printed(typist.told))
        print(f"{line}: all {len(named)} pages reached", flush=True)


def _require_results(folder: Path, text: str) -> None:
    absent = [name for name in results(text) if not (folder / name).exists()]
    if absent:
        raise Broken(f"make demo left no {', '.join(absent)}")


def _require_verbs(typist: Typist, text: str) -> None:
    typist.type("make help")
    listed = {f"make {line.split()[0]}" for line in typist.told().splitlines() if line.strip()}
    named = set(verbs(text))
    if named != listed:
        raise Broken(f"README.md and make help differ in {', '.join(sorted(named ^ listed))}")


if __name__ == "__main__":
    sys.exit(main())
