"""Answers a tax question in JSON: ``python -m settlement.tax quote < question.json``.

Exit 0 when it is quoted, 1 when it is refused, 2 when it cannot be understood.
"""

import argparse
import json
import sys
from typing import Any

from kernel.errors import Problem
from settlement.tax.ask import answer, told
from settlement.tax.errors import QuestionUnread

QUOTED, REFUSED, UNREAD = 0, 1, 2


def main(argv: list[str] | None = None) -> int:
    """Read the question, print the answer, return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m settlement.tax")
    parser.add_argument("verb", choices=["quote"])
    parser.parse_args(argv)
    try:
        said = answer(_question())
    except Problem as problem:
        _say({"verdict": "unread", **told(problem)})
        return UNREAD
    _say(said)
    return REFUSED if said["verdict"] == "refuse" else QUOTED


def _question() -> object:
    try:
        return json.loads(sys.stdin.buffer.read().decode("utf-8"))
    except (ValueError, RecursionError) as wrong:
        raise QuestionUnread(place="question") from wrong


def _say(said: dict[str, Any]) -> None:
    print(json.dumps(said, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    sys.exit(main())
