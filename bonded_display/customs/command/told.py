"""Decide how a refusal is told as JSON: the code that never changes, its facts, and in words."""

from collections.abc import Iterable
from typing import Any

from bonded_display.customs.command.errors import DocumentUnfit
from bonded_display.customs.messages.table import Fault
from kernel import i18n
from kernel.errors import Malformed, Problem

Told = dict[str, Any]


def told(problem: Problem) -> Told:
    """Return a problem as docs/cli.md describes it; ``unread`` when nothing was judged."""
    words = {lang: i18n.problem_words(problem, lang) for lang in i18n.LANGS}
    answer: Told = {
        "verdict": "unread" if isinstance(problem, Malformed) else "refuse",
        "code": problem.code,
        "facts": {name: fact for name, fact in problem.facts.items() if name[-5:] != "_word"},
        "words": {
            lang: {"what": said.what, "why": said.why, "next": said.next}
            for lang, said in words.items()
        },
    }
    if isinstance(problem, DocumentUnfit):
        answer["faults"] = told_faults(problem.faults)
    return answer


def told_faults(faults: Iterable[Fault]) -> list[Told]:
    """Return each fault with its words; no value is ever in it."""
    return [
        {
            "where": fault.where,
            "rule": fault.rule,
            "detail": fault.detail,
            "words": _words(f"customs_rule.{fault.rule}"),
        }
        for fault in faults
    ]


def words_of_reason(reason: str) -> Told:
    """Return why something cannot be read, in both languages."""
    known = f"customs_unread.{reason}"
    return _words(known if known in i18n.messages("en") else "customs_unread.other")


def _words(message_id: str) -> Told:
    return {lang: i18n.text(message_id, lang) for lang in i18n.LANGS}
