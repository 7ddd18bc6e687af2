"""Decides how a message is found and its facts are shown; the words are in templates/messages.

One file a room and language, ``<room>.<lang>.txt``, of lines ``id = text with {facts}``; ``#``
begins a comment.  A fact whose name ends in ``_fen`` is shown as money, ``_at`` as China time,
``_e5`` as a decimal, ``_word`` as the message it names, so that a problem can carry the bare fact.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from kernel import clock, money
from kernel.errors import Problem

LANGS = ("zh-CN", "en")
PARTS = ("what", "why", "next")


class MissingMessage(LookupError):
    """A message id is not in the files of a language, or a message names a fact nobody gave."""


@dataclass(frozen=True, slots=True)
class Words:
    """What happened, why, and what to do next, in one language."""

    what: str
    why: str
    next: str


def text(message_id: str, lang: str, /, **facts: object) -> str:
    """Return a message in a language with its facts put in.

    Raises ``MissingMessage`` for an unknown id or language, or a fact that was not given.
    """
    message = messages(lang).get(message_id)
    if message is None:
        raise MissingMessage(f"{message_id} has no words in {lang}")
    shown = {name: _show(name, value, lang) for name, value in facts.items()}
    try:
        return message.format_map(shown)
    except KeyError as error:
        raise MissingMessage(f"{message_id} in {lang} names the fact {error}") from error


def problem_words(problem: Problem, lang: str) -> Words:
    """Return a problem in a person's language; raises ``MissingMessage``."""
    what, why, following = (text(f"{problem.code}.{part}", lang, **problem.facts) for part in PARTS)
    return Words(what, why, following)


def missing_words(kinds: Iterable[type[Problem]]) -> list[str]:
    """Return ``<id> <lang>`` of every message these problems still need: each room's test."""
    return [
        f"{kind.code}.{part} {lang}"
        for kind in kinds
        for part in PARTS
        for lang in LANGS
        if f"{kind.code}.{part}" not in messages(lang)
    ]


@cache
def messages(lang: str) -> Mapping[str, str]:
    """Return every message of a language; the files are read once.

    Raises ``MissingMessage`` for a language we do not speak, ``ValueError`` for a line that is
    no message or an id that two lines claim.
    """
    if lang not in LANGS:
        raise MissingMessage(f"no messages in {lang}")
    found: dict[str, str] = {}
    for file in sorted(resources.files("templates").joinpath("messages").iterdir(), key=str):
        if file.name.endswith(f".{lang}.txt"):
            _read(file.name, file.read_text(encoding="utf-8"), found)
    return found


def _read(name: str, content: str, found: dict[str, str]) -> None:
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        message_id, equals, words = (part.strip() for part in line.partition("="))
        if not equals or not message_id or message_id in found:
            raise ValueError(f"{name}:{number}: no message, or said twice: {line.strip()}")
        found[message_id] = words


def _show(name: str, value: object, lang: str) -> object:
    if isinstance(value, str) and name.endswith("_word"):
        return text(value, lang)
    if not isinstance(value, int):
        return value
    if name.endswith("_fen"):
        return money.show_fen(value, lang)
    if name.endswith("_at"):
        return f"{clock.china_time(value):%Y-%m-%d %H:%M}"
    if name.endswith("_e5"):
        return money.e5_text(value)
    return value
