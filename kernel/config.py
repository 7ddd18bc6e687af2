"""Decides where this installation's settings come from and whether they are safe to start with.

Settings are the defaults below (a demo on this machine), then the TOML file that the variable
QIANZHAN_CONFIG names, then variables: ``[stripe] url``, ``stripe.url`` and ``QIANZHAN_STRIPE_URL``
all set ``stripe_url``.  What a setting does is decided by the module that reads it.
"""

import base64
import ipaddress
import json
import re
import socket
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "QIANZHAN_"
_NOT_SETTINGS = frozenset({"CONFIG", "OFFICIAL"})  # read by others, as what tests are told
_NOT_SETTINGS_PREFIXES = ("TEST_", "BENCH_")

DEMO_SECRET_KEY = "demo-secret-key-that-every-reader-of-the-source-knows"
DEMO_MASTER_KEY = "d0" * 32
DEMO_LOOKUP_KEY = "d1" * 32
DEMO_STRIPE_API_KEY = "sk_test_demo_key_of_the_box"
DEMO_STRIPE_WEBHOOK_SECRET = "whsec_demo_secret_of_the_box"


@dataclass(frozen=True, slots=True)
class Finding:
    """One setting that must change before the program may start, and why."""

    key: str
    what: str

    def __str__(self) -> str:
        return f"{self.key}: {self.what}"


class ConfigInvalid(ValueError):
    """The settings cannot be read at all; ``findings`` names every one that is wrong."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting with the default of the demo; paths under ``home`` follow it unless set."""

    mode: str = "demo"
    home: str = "var"
    public_url: str = "https://id.example"
    database_url: str = field(default="", repr=False)
    shard: int = 0
    web_host: str = "127.0.0.1"
    web_port: int = 8080
    web_processes: int = 1
    trusted_proxies: str = ""
    """Addresses or networks whose X-Forwarded-For and -Proto are believed: ``10.0.3.0/24, ::1``."""
    secret_key: str = field(default=DEMO_SECRET_KEY, repr=False)
    master_key: str = field(default=DEMO_MASTER_KEY, repr=False)
    master_key_version: int = 1
    lookup_key: str = field(default=DEMO_LOOKUP_KEY, repr=False)
    stripe_url: str = "http://127.0.0.1:8081"
    stripe_api_key: str = field(default=DEMO_STRIPE_API_KEY, repr=False)
    stripe_webhook_secret: str = field(default=DEMO_STRIPE_WEBHOOK_SECRET, repr=False)
    payment_company_url: str = "http://127.0.0.1:8082"
    courier_url: str = "http://127.0.0.1:8083"
    identity_url: str = "http://127.0.0.1:8084"
    zone_url: str = "http://127.0.0.1:8085"
    dxp_dir: str = ""
    dxp_id: str = "DXPQZPLATFORM001"
    dxp_adapter: str = "directory"
    dxp_url: str = ""
    dxp_token: str = field(default="", repr=False)
    signing_key_file: str = ""
    trusted_certificates_dir: str = ""
    mail_signature: str = "when_present"
    notifier_dir: str = ""
    signature_method_uri: str = "http://www.chinaport.gov.cn/2022/04/xmldsig#sm2-sm3"
    digest_method_uri: str = "http://www.chinaport.gov.cn/2022/04/xmldsig#sm3"
    unknown: tuple[str, ...] = ()
    """Names that were set and mean nothing: a typing error is a finding, not a silent default."""


_KINDS: dict[str, type[int] | type[str]] = {
    setting.name: int if setting.type is int else str
    for setting in fields(Config)
    if setting.name != "unknown"
}
_UNDER_HOME = {
    "database_url": "sqlite:///{home}/qianzhan.db",
    "dxp_dir": "{home}/dxp",
    "signing_key_file": "{home}/keys/platform.json",
    "trusted_certificates_dir": "{home}/trust",
    "notifier_dir": "{home}/notifier",
}


def load(path: Path | None, env: Mapping[str, str]) -> Config:
    """Return the settings of a file (``None``: the one QIANZHAN_CONFIG names, if any) and ``env``.

    Raises ``ConfigInvalid`` naming all that cannot be read; unknown names are for ``check``.
    """
    if path is None and env.get(f"{PREFIX}CONFIG"):
        path = Path(env[f"{PREFIX}CONFIG"])
    given = _from_file(path) | _from_env(env)
    known = {key: value for key, value in given.items() if key in _KINDS}
    values: dict[str, Any] = {}
    findings: list[Finding] = []
    for key, value in known.items():
        try:
            values[key] = _typed(key, value)
        except ValueError as error:
            findings.append(Finding(key, str(error)))
    if findings:
        raise ConfigInvalid(findings)
    unknown = tuple(sorted(given.keys() - known.keys()))
    return settle(replace(Config(), **values, unknown=unknown))


def settle(config: Config) -> Config:
    """Return the settings with every unset place put under ``home``."""
    unset = {key: place for key, place in _UNDER_HOME.items() if not getattr(config, key)}
    places: dict[str, Any] = {key: place.format(home=config.home) for key, place in unset.items()}
    return replace(config, **places)


def _from_file(path: Path | None) -> dict[str, object]:
    if path is None:
        return {}
    try:
        return _flat(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ConfigInvalid([Finding(str(path), f"cannot be read: {error}")]) from error


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in table.items():
        key = f"{prefix}{name}".replace(".", "_").lower()
        flat |= _flat(value, f"{key}_") if isinstance(value, dict) else {key: value}
    return flat


def _from_env(env: Mapping[str, str]) -> dict[str, object]:
    names = (name.removeprefix(PREFIX) for name in env if name.startswith(PREFIX))
    ours = (name for name in names if not name.startswith(_NOT_SETTINGS_PREFIXES))
    return {name.lower(): env[PREFIX + name] for name in ours if name not in _NOT_SETTINGS}


def _typed(key: str, value: object) -> int | str:
    if _KINDS[key] is str:
        if not isinstance(value, str):
            raise ValueError("must be a text in quotes")
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    raise ValueError(f"must be a whole number, not {value!r}")


def check(config: Config) -> list[Finding]:
    """Return everything that stands against starting with these settings, all at once.

    In production that includes every trace of the box: simulators, test keys, published secrets.
    """
    live = _demo_findings(config) if config.mode == "production" else ()
    return [*_plain_findings(config), *live]


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
        ("mail_signature", r"when_present|required", "must be when_present or required"),
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


_OTHER_SIDE = ("stripe_url", "payment_company_url", "courier_url", "identity_url", "zone_url")
_PUBLISHED = {
    "secret_key": DEMO_SECRET_KEY,
    "master_key": DEMO_MASTER_KEY,
    "lookup_key": DEMO_LOOKUP_KEY,
    "stripe_webhook_secret": DEMO_STRIPE_WEBHOOK_SECRET,
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


_config: Config | None = None


def use(config: Config | None) -> None:
    """Make ``config`` the one of this process; ``None`` takes it away."""
    global _config
    _config = config


def current() -> Config:
    """Return this process's settings; raises ``RuntimeError`` before ``use``."""
    if _config is None:
        raise RuntimeError("no settings: call kernel.config.load and use first")
    return _config
