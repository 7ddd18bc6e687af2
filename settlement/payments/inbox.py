"""Decide that a provider's event is stored once before anything is done, and worked until done.

What the money means is judged behind the port; ``sweep`` works what a crash left behind.
"""

from dataclasses import dataclass

from sqlalchemy import select

from kernel import clock, config, crypto, db, ids
from kernel.errors import Problem
from kernel.logs import log
from settlement.payments import tables
from settlement.payments.event_group import Kept, NewEvent, Worked, events
from settlement.payments.hear import hear
from settlement.payments.ports import CapturePort
from settlement.payments.webhook import ProviderEvent, read_event, verify

SOURCE = "stripe"


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a delivery: ``state`` is heard, done or ignored."""

    event_id: str
    state: str
    replayed: bool


def receive(raw: bytes, signature: str | None, *, port: CapturePort) -> Received:
    """Store a signed delivery once, work it, and return what became of it.

    A delivery that comes again is worked only if the first try was cut short.  Raises the
    ``Webhook...`` problems before anything is stored, and what the port or the provider
    raises after: the provider then sends it again.
    """
    secret = config.current().stripe_webhook_secret
    event = verify(raw, signature, secret=secret, now=clock.now())
    kept = _store(raw, event)
    state = _work(kept.row_id, event, port) if kept.state == "heard" else kept.state
    return Received(event.event_id, state, replayed=not kept.new)


def work_left(port: CapturePort, *, older_than_s: int = 60, most: int = 50) -> int:
    """Return how many events were worked that a crash or an outage left behind.

    One that fails again stays ``heard``, is told in the log and holds up no other.
    """
    before = clock.now() - older_than_s * clock.SECOND
    table = tables.payment_event
    with db.read() as conn:
        rows = conn.execute(
            select(table.c.id, table.c.raw_sealed)
            .where(table.c.state == "heard", table.c.at < before)
            .order_by(table.c.at)
            .limit(most)
        ).all()
    return sum(_work_one(row.id, row.raw_sealed, port) for row in rows)


def _work_one(row_id: int, raw_sealed: bytes, port: CapturePort) -> bool:
    try:
        raw = crypto.unseal(raw_sealed, _context(row_id))
        _work(row_id, read_event(raw.decode("utf-8")), port)
    except Problem as problem:
        log.error("event_left", payment_event_id=str(row_id), code=problem.code)
        return False
    return True


def _store(raw: bytes, event: ProviderEvent) -> Kept:
    row_id = ids.new()
    row = {
        "id": row_id,
        "source": SOURCE,
        "event_key": event.event_id,
        "kind": event.kind,
        "raw_sealed": crypto.seal(raw, _context(row_id)),
        "at": clock.now(),
        "state": "heard",
    }
    return events.hand_in(NewEvent(SOURCE, event.event_id, row))


def _work(row_id: int, event: ProviderEvent, port: CapturePort) -> str:
    heard = hear(event)
    if heard is not None:
        port.capture(heard)
    state = "ignored" if heard is None else "done"
    return events.hand_in(Worked(row_id, state)).state


def _context(row_id: int) -> str:
    return f"payment_event.raw:{row_id}"
