"""Decide whether a list hears nothing for too long, and since when.  Pure.

Customs names no message by which it could be asked: what a person can do is the page's.
"""

from dataclasses import dataclass

from bonded_display.customs.reading.queries import Life
from bonded_display.customs.reading.worklist import AWAITING
from bonded_display.customs.states import SENT_LOCAL
from kernel.clock import MINUTE, Instant


@dataclass(frozen=True, slots=True)
class Silence:
    """A list that waits for customs without a word for ``minutes``.

    ``present`` says that the last word was that the first copy is there; ``paper_id`` is its
    latest sending.
    """

    minutes: int
    present: bool
    paper_id: int | None


def silence_of(life: Life, *, at: Instant, longer_than: int) -> Silence | None:
    """Return the silence of a list when it is longer than so many minutes; else None."""
    row = life.row
    if row.state not in AWAITING:
        return None
    sent = [one for one in life.said if one.guid and one.guid == row.latest_guid]
    since = row.return_at or row.created_at
    if row.state == SENT_LOCAL and sent:
        since = sent[-1].sent_at or sent[-1].at
    minutes = (at - since) // MINUTE
    if minutes < longer_than:
        return None
    present = any(one.note == "present" and one.at >= since for one in life.said)
    return Silence(minutes, present, sent[-1].paper_id if sent else None)
