"""Decide how the customs command is asked as a process, each answer held against docs/cli.md."""

import base64
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from lxml import etree

from bonded_display.customs.messages import business
from bonded_display.customs.messages.base_transfer import transfer_of
from bonded_display.customs.messages.every import MESSAGES
from bonded_display.customs.messages.table import Document
from tests.unit.customs.command.json_schema import misfits
from tests.unit.customs.every_document import good
from tests.unit.customs.examples import GUID, PARTIES

ROOT = Path(__file__).parents[4]
PART = (
    (ROOT / "docs/cli.md")
    .read_text("utf-8")
    .partition("\n## `python -m bonded_display.customs")[2]
    .partition("\n## ")[0]
)
QUESTIONS, ANSWERS, *EXAMPLES = (
    json.loads(block) for block in re.findall(r"```json\n(.*?)```", PART, re.S)
)
TRANSFER = transfer_of(PARTIES.transmitter, "DXPQZPLATFORM001")
DESCRIBED_BY = {"partly": "read", "unread": "refuse"}


def run(verb: str, sent: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    """Start the command with ``sent`` on its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "bonded_display.customs", verb],
        input=sent,
        capture_output=True,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        check=False,
        timeout=60,
    )


def ask(verb: str, question: Any) -> tuple[int, dict[str, Any]]:
    """Return exit code and answer; both question and answer fit the schemas of the page."""
    done = run(verb, json.dumps(question).encode())
    assert done.stderr == b""
    answer = json.loads(done.stdout)
    verdict = DESCRIBED_BY.get(answer["verdict"], answer["verdict"])
    assert misfits(answer, ANSWERS[verdict], ANSWERS["$defs"]) == []
    unfit = misfits(question, QUESTIONS[verb], QUESTIONS["$defs"])
    assert bool(unfit) == (answer.get("code") == "customs_question_unread"), unfit
    return done.returncode, answer


def element(kind: str, *documents: Document) -> etree._Element:
    """Return the unsigned message of ``documents``, else of the good one of its kind."""
    message = MESSAGES[kind]
    transfer = None if message.signature is None else TRANSFER
    frame = business.Frame(GUID, transfer)
    return business.build_all(message, documents or [good(kind)], frame, rules=list)


def xml(kind: str, *documents: Document) -> str:
    """Return the same as text."""
    return etree.tostring(element(kind, *documents), encoding="unicode")


def b64(raw: bytes) -> dict[str, str]:
    """Return the question about raw bytes."""
    return {"xml_b64": base64.b64encode(raw).decode()}


def build_question(kind: str) -> dict[str, Any]:
    """Return the question that builds the good document of ``kind``."""
    document = good(kind)
    lines = {"lines": [dict(line) for line in document.lines]} if document.lines else {}
    question: dict[str, Any] = {
        "kind": kind,
        "guid": GUID,
        "documents": [{"head": dict(document.head), **lines}],
    }
    if MESSAGES[kind].signature is not None:
        question["transfer"] = dict(TRANSFER)
    return question
