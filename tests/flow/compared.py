"""A small sample of trade whose books are compared afterwards; customs may be told to lie."""

import json
import shutil
from pathlib import Path

import pytest

from demo.compare import trial


def trade(folder: Path, *words: str) -> str:
    """Let a trade be lived in ``folder``; return what its own rules complained of."""
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("QIANZHAN_DATABASE_URL", raising=False)
        return trial.trade(folder, *words)


def copied(folder: Path, to: Path) -> Path:
    """Return a copy of the books of both sides, to be spoilt."""
    for part in ("ours", "theirs"):
        shutil.copytree(folder / part, to / part)
    return to


def rules(folder: Path, *said: object) -> str:
    """Write a rule file and return its path."""
    path = folder / "mutants.json"
    path.write_text(json.dumps(said), encoding="utf-8")
    return str(path)
