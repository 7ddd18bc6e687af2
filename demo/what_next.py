"""Decides which lines of the programs' logs help whoever reads why a walk stopped."""

import json
from collections.abc import Iterator
from pathlib import Path

MOST = 3
WORTH = ("warning", "error", "critical")


def log_lines(folder: Path) -> Iterator[str]:
    """Yield for each program the last few lines that tell of trouble, its name before them."""
    for log in sorted(folder.glob("*.log")):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        for line in [line for line in lines if _tells_of_trouble(line)][-MOST:]:
            yield f"  {log.stem}: {line[:300]}"


def _tells_of_trouble(line: str) -> bool:
    try:
        said = json.loads(line)
    except ValueError:
        return line.startswith(("Traceback", "OSError")) or "Error:" in line
    if not isinstance(said, dict):
        return False
    failed = isinstance(said.get("status"), int) and said["status"] >= 500
    return failed or said.get("level") in WORTH or "fault" in said
