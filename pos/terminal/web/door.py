"""Decides who may use the till page: a browser on this machine that holds the till's token.

Any page in the world can send a browser to 127.0.0.1, and a name can be made to lead there; so
the Host must be ours, what changes something must come from our own page, and the token is a
cookie that no other site's request carries.
"""

import hmac
import secrets
from pathlib import Path

from flask import Request
from werkzeug import Response

from pos.terminal.errors import TillStrange

COOKIE = "qz_till"
OPEN_TO_ALL = frozenset({"static", "healthz", "let_in"})


class Door:
    """The token lies beside the journal, so that a kiosk's bookmark outlives a restart."""

    def __init__(self, journal: Path) -> None:
        self.token = _token(journal.with_name(journal.name + ".token"))
        self.port = 0

    def check(self, asked: Request) -> None:
        """Return when a request may go on; raises ``TillStrange``."""
        if asked.host not in (f"127.0.0.1:{self.port}", f"localhost:{self.port}"):
            raise TillStrange
        changes = asked.method not in ("GET", "HEAD")
        if changes and asked.headers.get("Origin") != f"http://{asked.host}":
            raise TillStrange
        if asked.endpoint not in OPEN_TO_ALL and not self.fits(asked.cookies.get(COOKIE, "")):
            raise TillStrange

    def fits(self, token: str) -> bool:
        """Say whether a token is this till's, in constant time."""
        return hmac.compare_digest(token.encode(), self.token.encode())

    def let_in(self, answer: Response) -> Response:
        """Return an answer that gives the browser the token."""
        answer.set_cookie(COOKIE, self.token, httponly=True, samesite="Strict")
        return answer


def _token(file: Path) -> str:
    """Return the token in a file that only its owner reads; made when there is none."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32))
    return file.read_text().strip()
