"""Decides where this installation's settings come from; whether they are safe is ``findings``'.

Settings are the defaults below (a demo on this machine), then the TOML file that the variable
QIANZHAN_CONFIG names, then variables: ``[stripe] url``, ``stripe.url`` and ``QIANZHAN_STRIPE_URL``
all set ``stripe_url``.  What a setting does is decided by the module that reads it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

PREFIX = "QIANZHAN_"
_NOT_SETTINGS = frozenset({"CONFIG", "OFFICIAL"})  # read by others, as what tests are told
_NOT_SETTINGS_PREFIXES = ("TEST_", "BENCH_")

DEMO_SECRET_KEY = "demo-secret-key-that-every-reader-of-the-source-knows"
DEMO_MASTER_KEY = "d0" * 32
DEMO_LOOKUP_KEY = "d1" * 32
DEMO_PAYEE_ACCOUNT = "demo-account-of-the-platform"
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
    customs_data_url: str = "http://127.0.0.1:8086/ceb2grab/grab/realTimeDataUpload"
    """Where customs takes the payment data it asked for."""
    payee_account: str = DEMO_PAYEE_ACCOUNT
    """The platform's account that payments reach, as those data name it."""
    dxp_dir: str = ""
    dxp_id: str = "DXPQZPLATFORM001"
    dxp_adapter: str = "directory"
    dxp_url: str = ""
    dxp_token: str = field(default="", repr=False)
    signing_key_file: str = ""
    trusted_certificates_dir: str = ""
    mail_signature: str = "when_present"
    notifier_dir: str = ""
    holds_per_person: int = 5
    """Unpaid orders of one warehouse that one person may hold at once; 0 is no limit."""
    holds_per_visit: int = 5
    holds_per_device: int = 10
    holds_per_outlet: int = 500
    customs_silent_minutes: int = 30
    """A list without a word of customs for so long is an alarm."""
    keep_customs_years: int = 3
    """So long records of customs stay after a parcel was signed for; what rules.md of 2026 asks."""
    keep_work_days: int = 180
    """So long facts, what was done on them, answers to keys and unpaid orders stay."""
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
