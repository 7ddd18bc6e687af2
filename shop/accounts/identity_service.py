"""Decides how the question whether name and number belong together is put.

Leaves what follows from the answer to verify_identity.py.
"""

from dataclasses import dataclass
from typing import Protocol

from kernel import calls
from kernel.errors import Problem, Unavailable
from shop.accounts.errors import IdentityUnavailable


@dataclass(frozen=True)
class IdentityAnswer:
    """The verifier's word: result 'match', 'mismatch' or 'minor', with its evidence."""

    result: str
    source: str
    evidence_no: str


class IdentityVerifier(Protocol):
    """Whoever can say whether a name and an ID number belong together."""

    def verify(self, name: str, id_number: str) -> IdentityAnswer:
        """Return the answer, or raise ``IdentityUnavailable``; outside any transaction."""


class HttpIdentityService:
    """The identity service over HTTP at one address."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def verify(self, name: str, id_number: str) -> IdentityAnswer:
        """Return the service's answer; raises ``IdentityUnavailable`` when it gives none."""
        try:
            body = calls.post_json(f"{self._url}/verify", {"name": name, "id_number": id_number})
        except Problem as failed:
            raise IdentityUnavailable(retry_after_s=_retry_after(failed)) from failed
        result, evidence_no = str(body.get("result")), str(body.get("evidence_no") or "")
        if result not in ("match", "mismatch", "minor") or not evidence_no:
            raise IdentityUnavailable(retry_after_s=60)
        return IdentityAnswer(result, "identity-service", evidence_no)


def _retry_after(failed: Problem) -> int:
    return failed.retry_after_s if isinstance(failed, Unavailable) else 60
