"""Decide how events that arrive together are stored, and noted as worked, in one commit.

What an event means is ``hear``'s; in which order it is stored and worked is ``inbox``'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kernel import db
from kernel.batch import Batch
from kernel.errors import Problem
from kernel.groups import Group
from settlement.payments import tables

_KNOWN = """
SELECT k.key, k.event_id, e.state FROM inbox_key k
LEFT JOIN payment_event e ON e.id = k.event_id
WHERE k.source = :source AND k.key IN :keys
"""


_Known = dict[tuple[str, str], tuple[int, str | None]]
"""Row id by source and key; its state, None before its row is there."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be stored once by its ``key``; ``row`` is the one of ``payment_event``."""

    source: str
    key: str
    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Worked:
    """An event whose work is done, with the state to note: done or ignored."""

    row_id: int
    state: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The row an event has, its state, and whether it is new."""

    row_id: int
    state: str
    new: bool


def commit_events(asks: Sequence[NewEvent | Worked]) -> list[Kept | Problem]:
    """Store and note ``asks`` in one transaction; the same event twice in one is new once."""
    news = [ask for ask in asks if isinstance(ask, NewEvent)]
    worked = {ask.row_id: ask.state for ask in asks if isinstance(ask, Worked)}
    with db.write() as connection, Batch(connection) as batch:
        kept = _store(batch, news)
        rows = [{"id": row_id, "state": state} for row_id, state in sorted(worked.items())]
        batch.update(tables.payment_event, rows, key=("id",), set_={"state": ":state"})
    return [
        kept[ask.row["id"]] if isinstance(ask, NewEvent) else Kept(ask.row_id, ask.state, new=False)
        for ask in asks
    ]


def _store(batch: Batch, news: Sequence[NewEvent]) -> dict[int, Kept]:
    """Return what became of each by the id of the row it would have; keys lock in their order."""
    if not news:
        return {}
    first = {(ask.source, ask.key): ask for ask in reversed(news)}
    claims = [
        {"source": source, "key": key, "event_id": ask.row["id"]}
        for (source, key), ask in sorted(first.items(), key=lambda one: one[0])
    ]
    batch.upsert(tables.inbox_key, claims, key=("source", "key"), set_={"key": "excluded.key"})
    known: _Known = {}
    for source in sorted({ask.source for ask in news}):
        keys = sorted(key for of, key in first if of == source)
        for key, event_id, state in batch.fetch(_KNOWN, {"source": source, "keys": keys})():
            known[source, key] = (event_id, state)
    batch.insert(tables.payment_event, [ask.row for ask in news if _is_new(ask, known)])
    return {
        ask.row["id"]: Kept(
            known[ask.source, ask.key][0],
            known[ask.source, ask.key][1] or "heard",
            new=_is_new(ask, known),
        )
        for ask in news
    }


def _is_new(ask: NewEvent, known: _Known) -> bool:
    return bool(known[ask.source, ask.key][0] == ask.row["id"])


events: Group[NewEvent | Worked, Kept] = Group("event", commit_events)
