"""Decide whether the ways out and in are alive: numbers in the pool, mail sent and heard, a worker.

None of these closes an offer: lists and declarations wait, and nothing is lost.
"""

from typing import Any

from sqlalchemy import Connection, Select, func, select

from bonded_display.customs.reading.troubles import count_in_trouble
from bonded_display.customs.reading.worklist import count_silent
from bonded_display.customs.tables import customs_mail, customs_message
from bonded_display.warehouse.tables import waybill_number
from bonded_display.warehouse.waybills import LOW_WATER
from kernel import clock
from kernel.clock import MINUTE, Instant
from shop.operations.heartbeat import SILENT_AFTER
from shop.operations.tables import worker_beat

Way = dict[str, Any]


def ways(conn: Connection, *, at: Instant, silent_minutes: int) -> list[Way]:
    """Return a check's values for pool, mail out, mail in and worker; two statements."""
    since = at - silent_minutes * MINUTE
    seen = conn.execute(_seen(at, since)).one()
    silent, _ = count_silent(conn, before=since)
    return [_pool(seen), _out(seen), _in(seen, silent, since, silent_minutes), _worker(seen)]


def _seen(at: Instant, since: Instant) -> Select[Any]:
    """Everything that is seen of the ways, as one row."""
    free, message, mail = waybill_number.c, customs_message.c, customs_mail.c
    last_out = select(message.sent_at).where(message.sent_at.is_not(None))
    stuck = select(func.count()).where(message.sent_at.is_(None), message.built_at < since)
    alive = select(func.count()).where(worker_beat.c.at > at - SILENT_AFTER)
    parts = {
        "free": select(func.count()).where(free.state == "free"),
        "fetched_at": select(func.max(free.fetched_at)).where(free.state == "free"),
        "out_at": last_out.order_by(message.id.desc()).limit(1),
        "stuck": stuck,
        "in_at": select(mail.taken_at).order_by(mail.id.desc()).limit(1),
        "alive": alive,
        "beat_at": select(func.max(worker_beat.c.at)),
    }
    return select(
        count_in_trouble().label("trouble"),
        *(part.scalar_subquery().label(name) for name, part in parts.items()),
    )


def _pool(seen: Any) -> Way:
    facts = {"count": seen.free, "low": LOW_WATER, "last": _moment(seen.fetched_at)}
    if not seen.free:
        return _way("waybills", "bad", "dry", facts)
    low = seen.free < LOW_WATER
    return _way("waybills", *(("wait", "low") if low else ("good", "good")), facts)


def _out(seen: Any) -> Way:
    """What was signed and lies here longer than customs may be silent is stuck."""
    facts = {"last": _moment(seen.out_at), "stuck": seen.stuck, "trouble": seen.trouble}
    if seen.stuck or seen.trouble:
        return _way("mail_out", "bad", "stuck", facts)
    return _way("mail_out", "good", "good" if seen.out_at else "none", facts)


def _in(seen: Any, silent: int, since: Instant, minutes: int) -> Way:
    """Silence is the way's only when no mail of any list came meanwhile."""
    facts = {"last": _moment(seen.in_at), "silent": silent, "minutes": minutes}
    if silent and (seen.in_at is None or seen.in_at < since):
        return _way("mail_in", "bad", "silent", facts)
    return _way("mail_in", *(("wait", "some") if silent else ("good", "good")), facts)


def _worker(seen: Any) -> Way:
    facts = {"count": seen.alive, "last": _moment(seen.beat_at)}
    return _way("worker", *(("good", "good") if seen.alive else ("bad", "none")), facts)


def _way(kind: str, level: str, state: str, facts: dict[str, object]) -> Way:
    stops = "lists" if level == "bad" else "nothing"
    return {"kind": kind, "level": level, "state": state, "stops": stops, "facts": facts}


def _moment(at: Instant | None) -> str:
    return f"{clock.china_time(at):%m-%d %H:%M}" if at is not None else "—"
