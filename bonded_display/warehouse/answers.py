"""Decide how an answer of another system is read: a field that is missing is told, not guessed.

What the fields mean is the adapters'.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bonded_display.warehouse.errors import AnswerUnclear
from kernel.calls import Answered
from kernel.clock import Instant, instant


def said(refused: Answered) -> str:
    """Return the code of the other side's refusal; its free words may name a person."""
    return str(refused.facts["error"] or refused.status)


def text_field(answer: Mapping[str, Any], name: str) -> str:
    """Return a text that must be there; ``AnswerUnclear`` when it is not."""
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise AnswerUnclear(field=name)
    return value


def texts_field(answer: Mapping[str, Any], name: str) -> list[str]:
    """Return a list of texts; ``AnswerUnclear`` when it is none."""
    value = answer.get(name)
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise AnswerUnclear(field=name)
    return value


def instant_field(answer: Mapping[str, Any], name: str) -> Instant | None:
    """Return an ISO 8601 time with its zone as an instant, or ``None`` when there is none."""
    value = answer.get(name)
    if value in (None, ""):
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise AnswerUnclear(field=name) from error
    if moment.tzinfo is None:
        raise AnswerUnclear(field=name)
    return instant(moment)
