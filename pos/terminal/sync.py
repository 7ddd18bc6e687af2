"""Decides how the counter reaches the server, and how both agree on who prints what.

A request is kept in the journal first and acknowledged after; it is printed only when the
server has said that this terminal has it.  A crash between any two steps resumes.  Sales,
shifts and the catalogue are ``push``'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from kernel.errors import Malformed
from pos import protocol
from pos.terminal.errors import DeviceKeyRefused, ServerUnreachable
from pos.terminal.journal import Job, Journal

TIMEOUT_S = 10


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one pass brought: slips now queued here, slips that another terminal prints."""

    queued: int
    elsewhere: int


class Server:
    """The server as this terminal reaches it."""

    def __init__(self, url: str, device_key: str) -> None:
        self._url = url.rstrip("/")
        self._authorization = f"Bearer {device_key}"
        self.version = protocol.VERSION

    def waiting(self) -> list[protocol.PrintRequest]:
        """Return what is to be printed; raises ``ServerUnreachable``, ``DeviceKeyRefused``."""
        self.version = protocol.VERSION  # the server may have been renewed since
        answer = self.ask("GET", "/pos/v1/print-requests")
        return protocol.requests_from_json(self.body_of(answer))

    def acknowledge(self, request_id: str, state: str) -> bool:
        """Say that a request is ``taken`` or ``confirmed``; return whether it is ours.

        Raises ``ServerUnreachable``, ``DeviceKeyRefused``.
        """
        path = f"/pos/v1/print-requests/{request_id}/ack"
        answer = self.ask("POST", path, json=protocol.ack_to_json(state, version=self.version))
        return answer.status_code not in (404, 409)

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """Return what the server answered, 404 and 409 too; whole or not at all.

        Raises ``ServerUnreachable``, ``DeviceKeyRefused``.
        """
        headers = {
            "Authorization": self._authorization,
            protocol.VERSION_HEADER: str(self.version),
        }
        try:
            with requests.Session() as session:
                session.trust_env = False  # no proxy, no netrc: the key goes to this address only
                answer = session.request(
                    method, self._url + path, headers=headers, timeout=TIMEOUT_S, **options
                )
        except requests.RequestException as trouble:
            raise self._unreachable(type(trouble).__name__) from trouble
        if answer.status_code in (401, 403):
            raise DeviceKeyRefused
        if not answer.ok and answer.status_code not in (404, 409):
            raise self._unreachable(f"HTTP {answer.status_code}", answered=True)
        return answer

    def body_of(self, answer: requests.Response) -> Mapping[str, Any]:
        """Return an answer's body and go on in its version; raises ``ServerUnreachable``.

        A server of the release before answers in its own, lower version.
        """
        if not answer.ok:
            raise self._unreachable(f"HTTP {answer.status_code}", answered=True)
        try:
            body = protocol.understood(answer.json())
        except ValueError as not_json:
            raise self._unreachable("not JSON", answered=True) from not_json
        self.version = min(self.version, body["version"])
        return body

    def _unreachable(self, detail: str, *, answered: bool = False) -> ServerUnreachable:
        return ServerUnreachable(server=self._url, detail=detail, answered=answered)


def pull(server: Server, journal: Journal) -> Pulled:
    """Fetch, keep, acknowledge; report what was printed since.

    Raises ``ServerUnreachable``, ``DeviceKeyRefused``, ``Malformed`` when the server speaks
    another version.
    """
    journal.keep(server.waiting())
    for job in journal.unreported():
        server.acknowledge(job.request_id, "confirmed")
        journal.report(job.id)
    ours = [_settle(server, journal, job) for job in journal.jobs("pulled")]
    return Pulled(queued=sum(ours), elsewhere=len(ours) - sum(ours))


def report_printed(server: Server, journal: Journal) -> None:
    """Tell the server of slips confirmed since; an unreachable server is told next time."""
    try:
        for job in journal.unreported():
            server.acknowledge(job.request_id, "confirmed")
            journal.report(job.id)
    except (ServerUnreachable, DeviceKeyRefused, Malformed):
        return


def _settle(server: Server, journal: Journal, job: Job) -> bool:
    ours = server.acknowledge(job.request_id, "taken")
    journal.move(job.id, "queued" if ours else "elsewhere")
    return ours
