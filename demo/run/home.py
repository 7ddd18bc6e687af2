"""Decides where ``make run`` keeps what stays between two starts: ports, secrets, data, programs.

What a box is, is ``demo.box``'s; when it is prepared and started is ``session``'s.
"""

import json
import os
import secrets
import socket
from dataclasses import dataclass, field
from pathlib import Path

from demo.box import SIMULATED, Box
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
}
STAFF = (("operator", "operator", ""), ("finance", "finance", ""), ("clerk", "clerk", "TY0001"))
DELIVER_AFTER_MS = 20_000
DELIVERED_NEXT_DAY_MS = 20 * 3_600_000
_KEPT_SECRETS = ("secret_key", "master_key", "lookup_key", "stripe_api_key")
_PARTS = ("ours", "theirs", "keys", "dxp", "notifier", "slips", "logs", "secrets", "sheets", "out")


class PortTaken(Exception):
    """Somebody else listens where a program of ours should; the message says what to do."""


class FixedPorts(dict[str, int]):
    """The ports of the programs by name, as the environment or the table above says."""

    def close(self) -> None:
        """Nothing is kept: each program takes its own."""


@dataclass
class Home(Box):
    """The box of ``make run``, the same at every start."""

    staff: dict[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.ports = ports_of(os.environ)  # type: ignore[assignment]
        for part in _PARTS:
            (self.folder / part).mkdir(parents=True, exist_ok=True, mode=0o700)
        self.secrets = self._kept("programs", _new_secrets)
        self.staff = self._kept("staff", _new_passwords)

    def _kept(self, name: str, make: "type[dict[str, str]] | object") -> dict[str, str]:
        file = self.folder / "secrets" / f"{name}.json"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(json.dumps(make(), indent=1), encoding="utf-8")  # type: ignore[operator]
        kept: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
        return kept

    @property
    def clock_file(self) -> Path:
        """Return the file that moves the other side's clock while the trade is lived."""
        return self.folder / "theirs" / "clock"

    def ready_mark(self) -> Path:
        """Return the file that says that the sample was made whole."""
        return self.folder / "ready"

    def ours(self) -> list[Program]:
        """Return server, worker and till."""
        till = python(
            "pos.terminal.cli",
            "run",
            *("--server", self.url("web"), "--device-key-file", str(self.till_key)),
            *("--printer", f"127.0.0.1:{self.ports['printer']}"),
            *("--journal", str(self.folder / "ours" / "till.db")),
        )
        return [*super().ours(), Program("till", till, environment=self.environment)]

    def theirs(self) -> dict[str, Program]:
        """Return the simulators; none writes plain copies of what it gets."""
        programs = super().theirs()
        for program in programs.values():
            if "--export" in program.command:
                at = program.command.index("--export")
                del program.command[at : at + 2]
        return programs

    def theirs_in_the_past(self) -> list[Program]:
        """Return the simulators on the moved clock, with a courier who takes a day."""
        self.deliver_after_ms = DELIVERED_NEXT_DAY_MS
        programs = [self.theirs()[name] for name in SIMULATED]
        self.deliver_after_ms = DELIVER_AFTER_MS
        for program in programs:
            program.environment["SIMULATORS_CLOCK"] = str(self.clock_file)
        return programs


def _new_secrets() -> dict[str, str]:
    return {name: secrets.token_hex(32) for name in _KEPT_SECRETS} | {
        "stripe_api_key": f"sk_test_{secrets.token_hex(12)}",
        "stripe_webhook_secret": f"whsec_{secrets.token_hex(16)}",
        "company_key": secrets.token_hex(16),
    }


def _new_passwords() -> dict[str, str]:
    return {login: secrets.token_urlsafe(9) for login, _, _ in STAFF}


def ports_of(environment: "os._Environ[str] | dict[str, str]") -> FixedPorts:
    """Return the port of each program: PORT_<NAME> of the environment, or the usual one."""
    return FixedPorts(
        {name: int(environment.get(f"PORT_{name.upper()}", usual)) for name, usual in PORTS.items()}
    )


def require_free(ports: FixedPorts) -> None:
    """Raise ``PortTaken`` naming every port that somebody listens on."""
    taken = [name for name, port in ports.items() if not _is_free(port)]
    if taken:
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
