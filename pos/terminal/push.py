"""Decides how sales and shifts reach the server, and how its catalogue reaches the counter.

Written into the journal first, always, then sent: online and offline are one way.  An entry is
done when the server has named its id and hash; one that cannot be sent keeps no other back.
"""

from collections.abc import Callable, Sequence
from typing import Any

from kernel import clock
from pos import protocol
from pos.catalogue import catalogue_from_json
from pos.sale import BULK, content_hash
from pos.shift import shift_to_json
from pos.terminal.errors import ServerUnreachable
from pos.terminal.journal import Journal
from pos.terminal.sync import Server
from pos.terminal.till import sell, shelf, shifts

OUTCOMES = frozenset({"accepted", "replayed", "conflict", "nameless"})
Noted = Callable[[str, str, str], None]


def push(server: Server, journal: Journal) -> int:
    """Send what the server has not answered, oldest first; return how many it answered.

    Raises ``ServerUnreachable``, ``DeviceKeyRefused``; what was answered before stays answered.
    """

    def sold(sale_id: str, _came: str, outcome: str) -> None:
        sell.answered(journal, sale_id, outcome)

    def told(shift_id: str, came: str, _outcome: str) -> None:
        shifts.told(journal, shift_id, came)

    waiting = [shift_to_json(shift) for shift in shifts.waiting(journal)]
    done = _send(server, "shifts", waiting, told) if waiting else 0
    while bodies := sell.waiting_bodies(journal, BULK):
        answered = _send(server, "sales", bodies, sold)
        done += answered
        if answered < len(bodies):
            break
    return done


def _send(server: Server, name: str, bodies: Sequence[Any], noted: Noted) -> int:
    """Send entries together; when that fails at the server, one by one."""
    try:
        return _send_bulk(server, name, bodies, noted)
    except ServerUnreachable as trouble:
        if not trouble.answered or len(bodies) == 1:
            raise
    done = 0
    for body in bodies:
        try:
            done += _send_bulk(server, name, [body], noted)
        except ServerUnreachable as trouble:
            if not trouble.answered:
                raise
    return done


def _send_bulk(server: Server, name: str, bodies: Sequence[Any], noted: Noted) -> int:
    sent = protocol.bulk_to_json(name, bodies, version=server.version)
    body = server.body_of(server.ask("POST", f"/pos/v1/{name}", json=sent))
    ids = {content_hash(one): one["id"] for one in bodies}
    done = 0
    for answer in body.get("answers", []):
        came, outcome = answer.get("hash"), answer.get("outcome")
        if came in ids and outcome in OUTCOMES:
            noted(ids[came], came, outcome)
            done += 1
    return done


def refresh(server: Server, journal: Journal) -> bool:
    """Bring the catalogue up to the server's; return whether it had anything newer.

    Raises ``ServerUnreachable``, ``DeviceKeyRefused``, ``CatalogueMalformed``: then the counter
    goes on with what it has.
    """
    asked_at = clock.now()
    since = {"since": shelf.known(journal).version}
    body = server.body_of(server.ask("GET", "/pos/v1/catalogue", params=since))
    if isinstance(body.get("server_at"), int):
        shelf.note_clock(journal, body["server_at"], asked_at=asked_at)
    if body.get("unchanged") is True:
        shelf.found_current(journal)
        return False
    shelf.keep(journal, catalogue_from_json(body))
    return True
