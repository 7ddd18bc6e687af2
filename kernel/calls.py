"""Decides how another system is called over HTTP and what its silence means; when is the caller's.

Never within a transaction: a slow other side would hold our locks.  Calls are not repeated here:
every one carries a request number of its caller, whose handler comes again after ``Unavailable``.
"""

import re
import threading
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.utils import get_environ_proxies

from kernel import actor, metrics
from kernel.db import in_transaction
from kernel.errors import Refusal, Unavailable

CONNECT_S = 2
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,59}")


class CallInsideTransaction(RuntimeError):
    """A call to another system was tried while a transaction was open."""


class OtherSideDown(Unavailable):
    """Another system did not answer, or sent what is no answer: nobody knows what it did."""

    code = "other_side_down"

    def __init__(self, *, host: str, retry_after_s: int = 5) -> None:
        super().__init__(host=host, retry_after_s=retry_after_s)


class Answered(Refusal):
    """Another system understood and refused; ``status`` and ``body`` hold what it said.

    Only its code is among the facts: free words may name a person, and facts are logged.
    """

    code = "answered"

    def __init__(self, *, status: int, body: dict[str, Any]) -> None:
        super().__init__(status=status, error=_code(body.get("error", "")))
        self.status = status
        self.body = body


def _code(told: object) -> str:
    """Return the other side's code; words that are no code are not repeated."""
    word = str(told)
    return word if not word or _CODE.fullmatch(word) else "no_code"


def post_json(
    url: str,
    body: Mapping[str, Any],
    *,
    timeout_s: float = 5,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Send a JSON object and return the JSON object of the answer.

    Raises ``Answered`` (Refusal) for a 3xx or 4xx, ``OtherSideDown`` (Unavailable) for everything
    that leaves open what happened, ``CallInsideTransaction`` within a transaction.
    """
    return _call("POST", url, body=body, timeout_s=timeout_s, headers=headers)


def post_form(url: str, fields: Mapping[str, str], *, timeout_s: float = 5) -> dict[str, Any]:
    """Send form fields and return the JSON object of the answer; raises as ``post_json`` does."""
    return _call("POST", url, form=fields, timeout_s=timeout_s)


def get_json(
    url: str, *, timeout_s: float = 5, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the JSON object at a URL; raises as ``post_json`` does."""
    return _call("GET", url, timeout_s=timeout_s, headers=headers)


class _Local(threading.local):
    """A session a thread: connections are kept, and cookies are nobody's.

    What the environment says of certificates and proxies is read once, not at every call.
    """

    def __init__(self) -> None:
        self.session = requests.Session()
        found = self.session.merge_environment_settings("", {}, None, None, None)
        self.session.verify = found["verify"]
        self.session.trust_env = False


@lru_cache(maxsize=64)
def _proxies(host: str, scheme: str) -> dict[str, str]:
    return get_environ_proxies(f"{scheme}://{host}")


_local = _Local()


def _call(  # noqa: PLR0913  # a call has so many parts
    method: str,
    url: str,
    *,
    timeout_s: float,
    body: Mapping[str, Any] | None = None,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    if in_transaction():
        raise CallInsideTransaction(f"{method} {url}")
    where = urlsplit(url)
    host = where.netloc
    begun = time.perf_counter()
    try:
        answer = _local.session.request(
            method,
            url,
            json=body,
            data=form,
            headers={"X-Correlation-Id": actor.correlation(), **(headers or {})},
            timeout=(CONNECT_S, timeout_s),
            proxies=_proxies(host, where.scheme),
            allow_redirects=False,
        )
        result = _read(answer, host)
    except Answered:
        _count(host, "refused", begun)
        raise
    except (requests.RequestException, OtherSideDown) as error:
        _count(host, "unavailable", begun)
        if isinstance(error, OtherSideDown):
            raise
        raise OtherSideDown(host=host) from error
    _count(host, "ok", begun)
    return result


def _read(answer: requests.Response, host: str) -> dict[str, Any]:
    if answer.status_code >= 500 or answer.status_code in (408, 425, 429):
        after = answer.headers.get("Retry-After", "")
        wait_s = int(after) if after.isascii() and after.isdigit() else 5
        raise OtherSideDown(host=host, retry_after_s=min(wait_s, 3600))
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        body = None
    if answer.status_code >= 300:
        raise Answered(status=answer.status_code, body=body if isinstance(body, dict) else {})
    if not isinstance(body, dict):
        raise OtherSideDown(host=host)
    return body


def _count(host: str, outcome: str, begun: float) -> None:
    metrics.calls_made.labels(host, outcome).inc()
    metrics.call_seconds.labels(host).observe(time.perf_counter() - begun)
