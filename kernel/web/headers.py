"""Decides the headers of every answer, and what is counted and logged about it."""

import re
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Response, g, request

from kernel import actor, metrics
from kernel.config import Config
from kernel.logs import log

_CALLERS_WORD = re.compile(r"[A-Za-z0-9._-]{1,80}")
_YEAR_S = 365 * 24 * 3600


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
        """Return the answer with its headers, counted and logged."""
        response.headers.update(self.fixed)
        response.headers["X-Correlation-Id"] = actor.correlation()
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
            response.vary.update(("Accept", "Accept-Language", "Cookie"))
        _note(response)
        return response


def _note(response: Response) -> None:
    route = str(request.url_rule or "-")
    passed_s = time.perf_counter() - g.get("begun", time.perf_counter())
    metrics.http_requests.labels(request.method, route, str(response.status_code)).inc()
    metrics.http_request_seconds.labels(route).observe(passed_s)
    log.info(
        "request",
        method=request.method,
        route=route,
        status=response.status_code,
        ms=round(passed_s * 1_000),
        callers_correlation=_callers_word(request.headers.get("X-Correlation-Id", "")),
    )


def _callers_word(value: str) -> str | None:
    return value if _CALLERS_WORD.fullmatch(value) else None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
