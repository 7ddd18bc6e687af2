"""Events that arrive together share a commit, and each is stored once."""

from typing import Any

from sqlalchemy import text

from kernel import db, ids
from settlement.payments.event_group import Kept, NewEvent, Worked, commit_events


def test_a_group_stores_each_event_once_and_notes_what_was_worked(database: Any) -> None:
    """Two of one number, another, and the end of one that stood before."""
    (before,) = commit_events([_event("evt_1")])
    again, new, twin, noted = (
        _event("evt_1"),
        _event("evt_2"),
        _event("evt_2"),
        Worked(before.row_id, "done"),
    )

    told = commit_events([again, new, twin, noted])

    assert told == [
        Kept(before.row_id, "heard", new=False),
        Kept(new.row["id"], "heard", new=True),
        Kept(new.row["id"], "heard", new=False),
        Kept(before.row_id, "done", new=False),
    ]
    assert _stored() == [("evt_1", "done"), ("evt_2", "heard")]
    assert commit_events([_event("evt_1")]) == [Kept(before.row_id, "done", new=False)]


def test_one_number_of_two_senders_is_two_events(database: Any) -> None:
    """Their numbers are their own."""
    told = commit_events([_event("7", "stripe"), _event("7", "other")])

    assert [one.new for one in told] == [True, True]
    assert _stored() == [("7", "heard"), ("7", "heard")]


def _event(key: str, source: str = "stripe") -> NewEvent:
    row = {
        "id": ids.new(),
        "source": source,
        "event_key": key,
        "kind": "payment_intent.succeeded",
        "raw_sealed": b"sealed",
        "at": 1,
        "state": "heard",
    }
    return NewEvent(source, key, row)


def _stored() -> list[tuple[str, str]]:
    query = text("SELECT event_key, state FROM payment_event ORDER BY event_key, source")
    with db.read() as connection:
        return [(row.event_key, row.state) for row in connection.execute(query)]
