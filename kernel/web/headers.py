"""Decides the headers of every answer, and what is counted and logged about it."""

import re
import time
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

import werkzeug
from flask import Response, g, request
from prometheus_client import Counter, Histogram

from kernel import actor, metrics
from kernel.config import Config
from kernel.logs import log

_CALLERS_WORD = re.compile(r"[A-Za-z0-9._-]{1,80}")
_YEAR_S = 365 * 24 * 3600
_VARY = ("Accept", "Accept-Language", "Cookie")
_VARIES = ", ".join(_VARY)


class Headers:
    """Adds to every answer what browsers need to know to be strict."""

    def __init__(self, config: Config, form_actions: Sequence[str]) -> None:
        origins = " ".join(["'self'", *(_origin(url) for url in form_actions)])
        self.fixed = {
            "Content-Security-Policy": (
                "default-src 'self'; object-src 'none'; base-uri 'none'; "
                f"frame-ancestors 'none'; form-action {origins}"
            ),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",  # Flask-WTF checks the referrer over https
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        if config.mode == "production":
            self.fixed["Strict-Transport-Security"] = f"max-age={_YEAR_S}"

    def __call__(self, response: Response) -> Response:
        """Return the answer of this request with its headers, counted and logged."""
        self.add_to(response, keep=request.endpoint == "static")
        note(
            request.method,
            str(request.url_rule or "-"),
            response.status_code,
            begun=g.get("begun", time.perf_counter()),
            callers_correlation=request.headers.get("X-Correlation-Id", ""),
        )
        return response

    def add_to(self, response: werkzeug.Response, *, keep: bool = False) -> None:
        """Add the headers; ``keep`` says that whoever receives the answer may keep it."""
        headers = response.headers
        headers.extend(self.fixed)
        headers.add("X-Correlation-Id", actor.correlation())
        if keep:
            return
        headers.setdefault("Cache-Control", "no-store")
        if "Vary" in headers:
            response.vary.update(_VARY)
        else:
            headers.add("Vary", _VARIES)


def note(
    method: str, route: str, status: int, *, begun: float, callers_correlation: str = ""
) -> None:
    """Count and log one answer; ``begun`` is its ``time.perf_counter`` reading."""
    passed_s = time.perf_counter() - begun
    count, seconds = _counted(method, route, status)
    count.inc()
    seconds.observe(passed_s)
    log.info(
        "request",
        method=method,
        route=route,
        status=status,
        ms=round(passed_s * 1_000),
        callers_correlation=_callers_word(callers_correlation),
    )


@lru_cache(maxsize=2_000)
def _counted(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return (
        metrics.http_requests.labels(method, route, str(status)),
        metrics.http_request_seconds.labels(route),
    )


def _callers_word(value: str) -> str | None:
    return value if _CALLERS_WORD.fullmatch(value) else None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
