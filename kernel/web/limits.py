"""Decides how fast one caller, and all callers together, may ask a route of this process.

A bucket holds ``burst`` requests and is refilled steadily.  It keeps a process from being worn
out; limits that must be exact (tries of a code, a login) stand in the database.
"""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Flask, request

from kernel.errors import Unavailable

SECOND_NS = 1_000_000_000
_CALLERS = 20_000
"""Callers remembered a process; who has been silent longest is forgotten first, with a full bucket."""


class TooManyRequests(Unavailable):
    """One caller asks faster than this route allows; nothing was done."""

    code = "too_many_requests"


class ProcessBusy(Unavailable):
    """All callers together ask faster than this process can serve; nothing was done."""

    code = "process_busy"


@dataclass(frozen=True, slots=True)
class Rate:
    """``burst`` requests at once, then ``per_minute`` spread evenly."""

    burst: int
    per_minute: int

    @property
    def gap_ns(self) -> int:
        """Return the time in which one more request becomes free."""
        return 60 * SECOND_NS // self.per_minute


@dataclass(frozen=True, slots=True)
class Limit:
    """What a route allows: to one caller (429 beyond), and to all of them together (503)."""

    caller: Rate
    everybody: Rate


class Bucket:
    """Counts requests against a rate; kept as the instant at which it would be full again."""

    __slots__ = ("_full_at_ns", "_rate")

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._full_at_ns = 0

    def take(self, now_ns: int) -> int:
        """Take one and return 0, or return how many seconds to wait for the next."""
        gap_ns = self._rate.gap_ns
        full_at_ns = max(self._full_at_ns, now_ns) + gap_ns
        over_ns = full_at_ns - now_ns - self._rate.burst * gap_ns
        if over_ns > 0:
            return -(-over_ns // SECOND_NS)
        self._full_at_ns = full_at_ns
        return 0


class Limiter:
    """Holds the buckets of a process; ``limits`` are by endpoint."""

    def __init__(
        self, limits: Mapping[str, Limit], *, now_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._limits = dict(limits)
        self._now_ns = now_ns
        self._taking = threading.Lock()
        self._everybody = {name: Bucket(limit.everybody) for name, limit in limits.items()}
        self._callers: OrderedDict[tuple[str, str], Bucket] = OrderedDict()

    def check(self, endpoint: str | None, address: str) -> None:
        """Count one request; raises ``TooManyRequests`` or ``ProcessBusy`` with the wait."""
        limit = self._limits.get(endpoint or "")
        if endpoint is None or limit is None:
            return
        now_ns = self._now_ns()
        with self._taking:
            wait_s = self._bucket(endpoint, caller_of(address), limit.caller).take(now_ns)
            if wait_s:
                raise TooManyRequests(retry_after_s=wait_s, wait_s=wait_s)
            wait_s = self._everybody[endpoint].take(now_ns)
        if wait_s:
            raise ProcessBusy(retry_after_s=wait_s, wait_s=wait_s)

    def _bucket(self, endpoint: str, caller: str, rate: Rate) -> Bucket:
        bucket = self._callers.setdefault((endpoint, caller), Bucket(rate))
        self._callers.move_to_end((endpoint, caller))
        if len(self._callers) > _CALLERS:
            self._callers.popitem(last=False)
        return bucket


def caller_of(address: str) -> str:
    """Return whose bucket an address takes from: itself, or its network of 64 bits in IPv6."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 6:
        return str(ipaddress.ip_network((known, 64), strict=False))
    return address


def install_limits(app: Flask, limits: Mapping[str, Limit]) -> Limiter:
    """Let an application ask ``limits`` before each view, after the language is known."""
    limiter = Limiter(limits)
    app.before_request(lambda: limiter.check(request.endpoint, request.remote_addr or ""))
    return limiter
