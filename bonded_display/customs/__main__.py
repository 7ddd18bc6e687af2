"""Builds, checks, signs and reads customs messages: ``python -m bonded_display.customs check``.

JSON from standard input, JSON to standard output, as docs/cli.md describes both; ``page`` prints
docs/messages.md.  Exit 0 when it is done and all is well, 1 when something is wrong with the
message or its key, 2 when the question cannot be understood.
"""

import argparse
import json
import sys
from typing import Any

from bonded_display.customs.command.errors import QuestionUnread
from bonded_display.customs.command.told import told
from bonded_display.customs.command.verbs import VERBS
from bonded_display.customs.messages.derived.page import page
from bonded_display.customs.messages.every import MESSAGES
from bonded_display.customs.messages.xml import LARGEST_BYTES
from kernel.errors import Malformed, Problem

WELL, WRONG, UNREAD = 0, 1, 2

LONGEST_QUESTION = 4 * LARGEST_BYTES
"""Room for the largest message in base64 and some others to hold it against."""

_WELL = frozenset({"built", "fit", "signed", "holds", "read"})


def main(argv: list[str] | None = None) -> int:
    """Read the question, print the answer, return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bonded_display.customs")
    parser.add_argument("verb", choices=[*VERBS, "page"])
    verb = parser.parse_args(argv).verb
    if verb == "page":
        _write(page(MESSAGES.values()))
        return WELL
    try:
        answer = VERBS[verb](_question())
    except Problem as problem:
        _say(told(problem))
        return UNREAD if isinstance(problem, Malformed) else WRONG
    _say(answer)
    return WELL if answer["verdict"] in _WELL else WRONG


def _question() -> object:
    given = sys.stdin.buffer.read(LONGEST_QUESTION + 1)
    if len(given) > LONGEST_QUESTION:
        raise QuestionUnread(place="question")
    try:
        return json.loads(given.decode("utf-8"))
    except (ValueError, RecursionError) as wrong:
        raise QuestionUnread(place="question") from wrong


def _say(answer: dict[str, Any]) -> None:
    _write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")


def _write(text: str) -> None:
    """Write UTF-8 whatever the machine's own encoding; what UTF-8 lacks stays escaped."""
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))


if __name__ == "__main__":
    sys.exit(main())
