"""Decides whether an installation's settings are safe to start with.

Where they come from is decided in ``kernel.config``; what a setting does, by who reads it.
"""

import base64
import ipaddress
import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from kernel.config import (
    DEMO_LOOKUP_KEY,
    DEMO_MASTER_KEY,
    DEMO_PAYEE_ACCOUNT,
    DEMO_SECRET_KEY,
    DEMO_STRIPE_WEBHOOK_SECRET,
    Config,
    Finding,
)


def check(config: Config) -> list[Finding]:
    """Return everything that stands against starting with these settings, all at once.

    In production that includes every trace of the box: simulators, test keys, the secrets this
    file publishes, SQLite, a signing key issued by the simulated customs.
    """
    findings = list(_plain_findings(config))
    if config.mode == "production":
        findings += _demo_findings(config)
    return findings


def _plain_findings(config: Config) -> Iterator[Finding]:
    for name in config.unknown:
        yield Finding(name, "no setting has this name")
    for key, allowed, what in (
        ("mode", r"demo|production", "must be demo or production"),
        ("shard", r"[0-7]", "must be 0 to 7"),
        ("database_url", r"(sqlite|postgresql)(\+\w+)?://.*", "must be a sqlite or postgresql URL"),
        ("secret_key", r".{32,}", "must have at least 32 characters"),
        ("master_key", r"[0-9a-fA-F]{64}", "must be 64 hex characters"),
        ("master_key_version", r"[1-9][0-9]*", "must be 1 or more"),
        ("lookup_key", r"[0-9a-fA-F]{64}", "must be 64 hex characters"),
        ("dxp_id", r"[!-~]{1,30}", "must be 1 to 30 characters"),
        ("customs_silent_minutes", r"[1-9][0-9]{0,4}", "must be 1 to 99999"),
        ("keep_customs_years", r"[3-9]|[1-9][0-9]", "must be 3 to 99"),
        ("keep_work_days", r"[3-9][0-9]|[1-9][0-9]{2,4}", "must be 30 to 99999"),
        ("mail_signature", r"when_present|required", "must be when_present or required"),
        ("payee_account", r"[0-9A-Za-z-]{1,60}", "must be 1 to 60 letters and digits"),
        ("signature_method_uri", r"\S+", "must not be empty"),
        ("digest_method_uri", r"\S+", "must not be empty"),
    ):
        if re.fullmatch(allowed, str(getattr(config, key))) is None:
            yield Finding(key, what)
    if not 0 <= config.web_port <= 65_535:
        yield Finding("web_port", "must be 0 to 65535")
    if config.web_processes < 1:
        yield Finding("web_processes", "must be 1 or more")
    if config.web_processes > 1 and config.database_url.startswith("sqlite"):
        yield Finding("web_processes", "must be 1 on SQLite, which serves one process")
    yield from _proxy_findings(config.trusted_proxies)
    for key in _urls(config):
        if not _host(getattr(config, key)):
            yield Finding(key, "must be an http or https URL")


def _urls(config: Config) -> tuple[str, ...]:
    return ("public_url", *_OTHER_SIDE, *(["dxp_url"] if config.dxp_adapter == "http" else []))


_OTHER_SIDE = (
    "stripe_url",
    "payment_company_url",
    "courier_url",
    "identity_url",
    "zone_url",
    "customs_data_url",
)
_PUBLISHED = {
    "secret_key": DEMO_SECRET_KEY,
    "master_key": DEMO_MASTER_KEY,
    "lookup_key": DEMO_LOOKUP_KEY,
    "stripe_webhook_secret": DEMO_STRIPE_WEBHOOK_SECRET,
    "payee_account": DEMO_PAYEE_ACCOUNT,
}
_DEMO_AUTHORITY = re.compile(rb"demo|simulat", re.IGNORECASE)


def _proxy_findings(trusted: str) -> Iterator[Finding]:
    for named in filter(None, (one.strip() for one in trusted.split(","))):
        try:
            network = ipaddress.ip_network(named)
        except ValueError:
            yield Finding("trusted_proxies", f"{named} is neither an address nor a network")
            continue
        if network.prefixlen < 8:
            yield Finding("trusted_proxies", f"{named} is half the world, no proxy of yours")


def _demo_findings(config: Config) -> Iterator[Finding]:
    if config.database_url.startswith("sqlite"):
        yield Finding("database_url", "SQLite serves one process: production needs PostgreSQL")
    for key, value in _PUBLISHED.items():
        if getattr(config, key) == value:
            yield Finding(key, "is the default that the source publishes: make your own")
    if not config.trusted_proxies.strip():
        yield Finding("trusted_proxies", "names no proxy: limits would take all callers for it")
    if config.master_key == config.lookup_key:
        yield Finding("lookup_key", "must differ from master_key")
    if re.match(r"(sk|rk)_test_", config.stripe_api_key):
        yield Finding("stripe_api_key", "is a test key: no real payment would be taken")
    for key in _urls(config):
        url = getattr(config, key)
        if _is_here(_host(url)):
            yield Finding(key, "points at this machine: that is a simulator")
        elif not url.startswith("https://"):
            yield Finding(key, "must be https")
    if _host(config.public_url).endswith((".example", ".test", ".invalid")):
        yield Finding("public_url", "is a name nobody can own: printed labels would lead nowhere")
    problem = _signing_key_problem(Path(config.signing_key_file))
    if problem:
        yield Finding("signing_key_file", problem)


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _is_here(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost") or host in ("::", "::1"):
        return True
    try:
        packed = socket.inet_aton(host)  # reads 127.1 and 2130706433 too, as a connection would
    except OSError:
        return False
    return packed[0] in (0, 127)


def _signing_key_problem(path: Path) -> str:
    try:
        for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
            content = json.loads(file.read_text(encoding="utf-8"))
            if _DEMO_AUTHORITY.search(base64.b64decode(content["certificate_b64"], validate=True)):
                return "is a key the simulated customs issued: real customs will refuse it"
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"cannot be read: {type(error).__name__}"
    return ""
