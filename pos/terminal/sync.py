"""Decides how the counter and the server agree on who prints what.

A request is kept in the journal first and acknowledged after; it is printed only when the
server has said that this terminal has it.  A crash between any two steps resumes.
"""

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
        self._headers = {"Authorization": f"Bearer {device_key}"}

    def waiting(self) -> list[protocol.PrintRequest]:
        """Return what is to be printed; raises ``ServerUnreachable``, ``DeviceKeyRefused``."""
        answer = self._ask("GET", "/pos/v1/print-requests")
        return protocol.requests_from_json(self._body(answer))

    def acknowledge(self, request_id: str, state: str) -> bool:
        """Say that a request is ``taken`` or ``confirmed``; return whether it is ours.

        Raises ``ServerUnreachable``, ``DeviceKeyRefused``.
        """
        path = f"/pos/v1/print-requests/{request_id}/ack"
        answer = self._ask("POST", path, json=protocol.ack_to_json(state))
        return answer.status_code not in (404, 409)

    def _ask(self, method: str, path: str, **options: Any) -> requests.Response:
        try:
            with requests.Session() as session:
                answer = session.request(
                    method, self._url + path, headers=self._headers, timeout=TIMEOUT_S, **options
                )
        except requests.RequestException as trouble:
            raise self._unreachable(type(trouble).__name__) from trouble
        if answer.status_code in (401, 403):
            raise DeviceKeyRefused
        if not answer.ok and answer.status_code not in (404, 409):
            raise self._unreachable(f"HTTP {answer.status_code}")
        return answer

    def _body(self, answer: requests.Response) -> object:
        if not answer.ok:
            raise self._unreachable(f"HTTP {answer.status_code}")
        try:
            return answer.json()
        except ValueError as not_json:
            raise self._unreachable("not JSON") from not_json

    def _unreachable(self, detail: str) -> ServerUnreachable:
        return ServerUnreachable(server=self._url, detail=detail)


def pull(server: Server, journal: Journal) -> Pulled:
    """Fetch, keep, acknowledge; report what was printed since.

    Raises ``ServerUnreachable``, ``DeviceKeyRefused``, ``Malformed`` when the server speaks
    another version.
    """
    for job in journal.unreported():
        server.acknowledge(job.request_id, "confirmed")
        journal.report(job.id)
    journal.keep(server.waiting())
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
