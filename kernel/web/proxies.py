"""Decides from where, and how, a request comes when it passed through proxies of ours.

Limits count by the address; links, and the check of a form's referrer, go by the scheme.

Which addresses are proxies of ours is a setting, and ``kernel.config`` judges it.
"""

import ipaddress
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_SCHEMES = ("http", "https")
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class BehindProxies:
    """An application that sees the caller's address and scheme where a trusted proxy tells them."""

    def __init__(self, app: WSGIApplication, proxies: "Proxies") -> None:
        self._app = app
        self._proxies = proxies

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer a request as its caller's."""
        peer, proxies = environ.get("REMOTE_ADDR", ""), self._proxies
        environ["wsgi.url_scheme"] = proxies.scheme(
            peer, environ.get("HTTP_X_FORWARDED_PROTO", ""), environ["wsgi.url_scheme"]
        )
        environ["REMOTE_ADDR"] = proxies.caller(peer, environ.get("HTTP_X_FORWARDED_FOR", ""))
        return self._app(environ, start)


class Proxies:
    """The addresses that are proxies of ours, written as networks with commas between.

    Each proxy adds on the right of ``X-Forwarded-For`` who came to it; whatever stands left of
    the first address that is not a proxy's was written by a stranger, and is not believed. Of
    ``X-Forwarded-Proto`` the last word is that of the proxy that came to us.
    """

    def __init__(self, trusted: str) -> None:
        named = (one.strip() for one in trusted.split(","))
        self._trusted = tuple(ipaddress.ip_network(one) for one in named if one)

    def caller(self, peer: str, forwarded: str) -> str:
        """Return the address that came to the outermost of our proxies, or ``peer`` itself."""
        told = peer
        for named in reversed(forwarded.split(",")):
            if not _within(told, self._trusted):
                break
            address = _address(named)
            if address is None:
                break
            told = address
        return told

    def scheme(self, peer: str, forwarded: str, seen: str) -> str:
        """Return the scheme a proxy of ours was called with, or the one ``seen`` here."""
        told = forwarded.rpartition(",")[2].strip().lower()
        return told if told in _SCHEMES and _within(peer, self._trusted) else seen


def _within(address: str, networks: Iterable[_Network]) -> bool:
    known = _address(address)
    return known is not None and any(ipaddress.ip_address(known) in one for one in networks)


def _address(text: str) -> str | None:
    try:
        known = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    mapped = known.ipv4_mapped if known.version == 6 else None
    return str(mapped or known)
