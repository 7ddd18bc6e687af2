"""Answers tax questions in JSON; docs/cli.md has the schemas.

python -m settlement.tax quote < question.json   what an order owes; opens no database
python -m settlement.tax versions                the versions of tariff and positive list
python -m settlement.tax diff OLD NEW            how two of them differ

Exit 0 when it is answered, 1 when it is refused, 2 when it cannot be understood.
"""

import argparse
import json
import runpy
import sys
from typing import Any

from kernel.errors import Problem
from settlement.tax.ask import answer, told
from settlement.tax.errors import QuestionUnread

QUOTED, REFUSED, UNREAD = 0, 1, 2


def main(argv: list[str] | None = None) -> int:
    """Read the question, print the answer, return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m settlement.tax")
    parser.add_argument("verb", choices=["quote", "versions", "diff"])
    parser.add_argument("numbers", nargs="*")
    asked = parser.parse_args(argv)
    if asked.verb != "quote":  # what opens no database need not wait for its drivers to load
        runpy.run_module("settlement.tax.versions", run_name="__main__", alter_sys=True)
    if asked.numbers:
        parser.error("quote reads its question from standard input")
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
