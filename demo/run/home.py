"""Decides where ``make run`` keeps what stays between two starts: ports, secrets, data, programs.

What a box is, is ``demo.box``'s; when it is prepared and started is ``session``'s.
"""

import json
import os
import secrets
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from demo.box import Box
from demo.programs import Program, python

PORTS = {
    "web": 8080,
    "stripe": 8081,
    "payment_company": 8082,
    "courier": 8083,
    "identity": 8084,
    "zone": 8085,
    "customs": 8086,
    "printer": 8087,
    "printer_control": 8088,
    "till": 8089,
}
STAFF = (
    ("operator", "operator", ""),
    ("finance", "finance", ""),
    ("clerk", "clerk", "TY0001"),
    ("admin", "admin", ""),
    ("second", "admin", ""),
)
"""Who works here; two administrators, because giving up a piece of work takes two people."""
MIGRATIONS = Path(__file__).parents[2] / "shop" / "migrations" / "versions"
CLOCK = "SIMULATORS_CLOCK"
SYNC = "SIMULATORS_SYNC"
FIGURES = "PROMETHEUS_MULTIPROC_DIR"
DELIVER_AFTER_MS = 20_000
DELIVERED_NEXT_DAY_MS = 20 * 3_600_000
_KEPT_SECRETS = ("secret_key", "master_key", "lookup_key", "stripe_api_key")
_PARTS = (
    *("ours", "theirs", "keys", "dxp", "notifier", "slips", "logs", "secrets", "sheets", "out"),
    "figures",
)


class PortTaken(Exception):
    """Somebody else listens where a program of ours should; the message says what to do."""


class HomeOutdated(Exception):
    """What stayed was made by a release too old to go on with; the message says what to do."""


class FixedPorts(dict[str, int]):
    """The ports of the programs by name, as the environment or the table above says."""

    def close(self) -> None:
        """Nothing is kept: each program takes its own."""


@dataclass
class Home(Box):
    """The box of ``make run``, the same at every start."""

    staff: dict[str, str] = field(init=False, repr=False)
    usual_ms: int = field(init=False)

    def __post_init__(self) -> None:
        self.usual_ms = self.deliver_after_ms
        self.ports = ports_of(os.environ)  # type: ignore[assignment]
        for part in _PARTS:
            (self.folder / part).mkdir(parents=True, exist_ok=True, mode=0o700)
        self.secrets = self._kept("programs", _new_secrets)
        self.staff = self._kept("staff", _new_passwords)

    def _kept(self, name: str, make: Callable[[], dict[str, str]]) -> dict[str, str]:
        file = self.folder / "secrets" / f"{name}.json"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(json.dumps(make(), indent=1), encoding="utf-8")
        kept: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
        return kept

    @property
    def public_url(self) -> str:
        """Return the address people open: by name, since a passkey is never an IP address's."""
        return f"http://localhost:{self.ports['web']}"

    @property
    def environment(self) -> dict[str, str]:
        """Return our settings, where the other side's clock is moved, and who counts together."""
        shared = {CLOCK: str(self._clock_file), FIGURES: str(self.folder / "figures")}
        return {**super().environment, **shared}

    def begin_figures(self) -> None:
        """Let server and worker count from nought, together: what was counted before is gone."""
        for file in (self.folder / "figures").glob("*.db"):
            file.unlink()

    @property
    def _clock_file(self) -> Path:
        return self.folder / "theirs" / "clock"

    def move_their_clock(self, by_ms: int) -> None:
        """Put the other side's clock off the machine's."""
        self._clock_file.write_text(str(by_ms), encoding="ascii")

    @property
    def _ready_mark(self) -> Path:
        return self.folder / "ready"

    def is_ready(self) -> bool:
        """Whether the sample was made whole; ``HomeOutdated`` when by a release too old."""
        if not self._ready_mark.exists():
            return False
        missing = [login for login, _, _ in STAFF if login not in self.staff]
        if missing:
            raise HomeOutdated(
                f"{self.folder} was made by an earlier release: nobody signs in there as"
                f" {', '.join(missing)}. Throw it away with: make reset"
            )
        return True

    def mark_ready(self, *, ready: bool = True) -> None:
        """Keep that the sample was made whole, and the newest step of the database's schema."""
        if ready:
            self._ready_mark.write_text(newest_step(), encoding="ascii")
        else:
            self._ready_mark.unlink(missing_ok=True)

    def is_migrated(self) -> bool:
        """Whether the database, if it is the home's own, was brought to this release before."""
        if "QIANZHAN_DATABASE_URL" in os.environ:
            return False
        return self._ready_mark.read_text(encoding="ascii") == newest_step()

    def ours(self) -> list[Program]:
        """Return server, worker and till."""
        till = python(
            "pos.terminal.cli",
            "run",
            *("--server", self.url("web"), "--device-key-file", str(self.till_key)),
            *("--printer", f"127.0.0.1:{self.ports['printer']}"),
            *("--journal", str(self.till_journal), "--web-port", str(self.ports["till"])),
        )
        ready = f"{self.url('till')}/healthz"
        return [*super().ours(), Program("till", till, ready, self.environment)]

    @property
    def till_journal(self) -> Path:
        """Return where the till keeps what it sold."""
        return self.folder / "ours" / "till.db"

    @property
    def till_page(self) -> str:
        """Return the address that lets a browser in to the till's page, once the till runs."""
        token = self.till_journal.with_name(self.till_journal.name + ".token")
        return f"{self.url('till')}/open/{token.read_text(encoding='ascii').strip()}"

    def complete_staff(self) -> None:
        """Give those a password who came to the staff after the passwords were first made."""
        self.staff = _new_passwords() | self.staff
        file = self.folder / "secrets" / "staff.json"
        file.write_text(json.dumps(self.staff, indent=1), encoding="utf-8")

    def theirs(self) -> dict[str, Program]:
        """Return the simulators; none writes plain copies, the courier takes a day in the sample."""
        making = not self._ready_mark.exists()
        self.deliver_after_ms = DELIVERED_NEXT_DAY_MS if making else self.usual_ms
        programs = super().theirs()
        for program in programs.values():
            program.environment[CLOCK] = str(self._clock_file)
            program.environment[SYNC] = "off" if making else ""
            if "--export" in program.command:
                at = program.command.index("--export")
                del program.command[at : at + 2]
        return programs


def newest_step() -> str:
    """Return the name of the newest migration; Alembic, which knows it too, takes a second."""
    return max(file.stem for file in MIGRATIONS.rglob("v*.py"))


def _new_secrets() -> dict[str, str]:
    return {name: secrets.token_hex(32) for name in _KEPT_SECRETS} | {
        "stripe_api_key": f"sk_test_{secrets.token_hex(12)}",
        "stripe_webhook_secret": f"whsec_{secrets.token_hex(16)}",
        "company_key": secrets.token_hex(16),
    }


def _new_passwords() -> dict[str, str]:
    return {login: secrets.token_urlsafe(9) for login, _, _ in STAFF}


def ports_of(environment: Mapping[str, str]) -> FixedPorts:
    """Return the port of each program: PORT_<NAME> of the environment, or the usual one."""
    return FixedPorts(
        {name: int(environment.get(f"PORT_{name.upper()}", usual)) for name, usual in PORTS.items()}
    )


def require_free(ports: FixedPorts) -> None:
    """Raise ``PortTaken`` naming every port that somebody listens on."""
    taken = [name for name, port in ports.items() if not _is_free(port)]
    if taken:
        if len(taken) == len(ports):
            raise PortTaken(
                "All its ports are taken: a make run is on already. End that one first."
            )
        named = ", ".join(f"{ports[name]} ({name})" for name in taken)
        moved = " ".join(f"PORT_{name.upper()}={ports[name] + 1000}" for name in taken)
        raise PortTaken(
            f"Taken by another program: port {named}. End that program, or: make run {moved}"
        )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True
