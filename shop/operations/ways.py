"""Decide whether the ways out and in are alive: numbers in the pool, mail sent and heard, a worker.

None of these closes an offer: lists and declarations wait, and nothing is lost.
"""

from typing import Any

from sqlalchemy import Connection, func, select

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
    """Return a check's values for pool, mail out, mail in and worker; six statements."""
    return [
        _pool(conn),
        _out(conn, at - silent_minutes * MINUTE),
        _in(conn, at, silent_minutes),
        _worker(conn, at),
    ]


def _pool(conn: Connection) -> Way:
    free = waybill_number.c
    row = conn.execute(
        select(func.count(), func.max(free.fetched_at)).where(free.state == "free")
    ).one()
    facts = {"count": int(row[0]), "low": LOW_WATER, "last": _moment(row[1])}
    if not row[0]:
        return _way("waybills", "bad", "dry", facts)
    return _way("waybills", *(("wait", "low") if row[0] < LOW_WATER else ("good", "good")), facts)


def _out(conn: Connection, since: Instant) -> Way:
    """What was signed and lies here longer than customs may be silent is stuck."""
    message = customs_message.c
    last = conn.execute(
        select(message.sent_at)
        .where(message.sent_at.is_not(None))
        .order_by(message.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    stuck, trouble = conn.execute(
        select(
            select(func.count())
            .where(message.sent_at.is_(None), message.built_at < since)
            .scalar_subquery(),
            count_in_trouble(),
        )
    ).one()
    facts = {"last": _moment(last), "stuck": int(stuck), "trouble": int(trouble)}
    if stuck or trouble:
        return _way("mail_out", "bad", "stuck", facts)
    return _way("mail_out", "good", "good" if last else "none", facts)


def _in(conn: Connection, at: Instant, silent_minutes: int) -> Way:
    """Silence counts only while lists wait for an answer and no mail of any came meanwhile."""
    last = conn.execute(
        select(customs_mail.c.taken_at).order_by(customs_mail.c.id.desc()).limit(1)
    ).scalar_one_or_none()
    since = at - silent_minutes * MINUTE
    silent, _ = count_silent(conn, before=since)
    facts = {"last": _moment(last), "silent": silent, "minutes": silent_minutes}
    if silent and (last is None or last < since):
        return _way("mail_in", "bad", "silent", facts)
    return _way("mail_in", *(("wait", "some") if silent else ("good", "good")), facts)


def _worker(conn: Connection, at: Instant) -> Way:
    alive, last = conn.execute(
        select(
            select(func.count()).where(worker_beat.c.at > at - SILENT_AFTER).scalar_subquery(),
            func.max(worker_beat.c.at),
        )
    ).one()
    facts = {"count": int(alive), "last": _moment(last)}
    return _way("worker", *(("good", "good") if alive else ("bad", "none")), facts)


def _way(kind: str, level: str, state: str, facts: dict[str, object]) -> Way:
    stops = "lists" if level == "bad" else "nothing"
    return {"kind": kind, "level": level, "state": state, "stops": stops, "facts": facts}


def _moment(at: Instant | None) -> str:
    return f"{clock.china_time(at):%m-%d %H:%M}" if at is not None else "—"
