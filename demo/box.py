"""Decides how one box is laid out: folders, ports, settings, and the command of each program.

Starting and ending processes is ``programs``'; what a person does with them is the walk's.
"""

import os
import secrets
import subprocess
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from demo.other_side import COURIER, DXP_IDS, NAMES, PAYMENT_COMPANY, PLATFORM
from demo.ports import Ports
from demo.programs import Program, python, quick_start, together

OUTLET = "TY0001"
SIMULATED = ("stripe", "identity", "payment_company", "courier", "customs", "zone", "printer")


class CommandFailed(Exception):
    """A command of ours ended with an error; the message is what it said."""


@dataclass
class Box:
    """One installation of ours and the other side in ``folder``; results go to ``out``."""

    out: Path
    folder: Path
    deliver_after_ms: int = 300
    ports: Ports = field(init=False)
    secrets: dict[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.ports = Ports(("web", "printer_control", *SIMULATED))
        self.secrets = {
            "secret_key": secrets.token_hex(32),
            "master_key": secrets.token_hex(32),
            "lookup_key": secrets.token_hex(32),
            "stripe_api_key": f"sk_test_{secrets.token_hex(12)}",
            "stripe_webhook_secret": f"whsec_{secrets.token_hex(16)}",
            "company_key": secrets.token_hex(16),
            "operator": secrets.token_urlsafe(12),
        }
        for part in ("ours", "theirs", "keys", "dxp", "notifier", "slips", "logs", "copies"):
            (self.folder / part).mkdir(parents=True, exist_ok=True, mode=0o700)

    def close(self) -> None:
        """Give the ports back; the programs have ended."""
        self.ports.close()

    def url(self, name: str) -> str:
        """Return the address of a program."""
        return f"http://127.0.0.1:{self.ports[name]}"

    @property
    def public_url(self) -> str:
        """Return the address people open."""
        return self.url("web")

    @property
    def environment(self) -> dict[str, str]:
        """Return our settings, as environment variables."""
        settings = {
            "home": str(self.folder / "ours"),
            "public_url": self.public_url,
            "web_port": str(self.ports["web"]),
            "dxp_dir": str(self.folder / "dxp"),
            "dxp_id": DXP_IDS[PLATFORM],
            "signing_key_file": str(self.folder / "keys" / f"{PLATFORM}.json"),
            "notifier_dir": str(self.folder / "notifier"),
            "customs_data_url": f"{self.url('customs')}/ceb2grab/grab/realTimeDataUpload",
            **{
                f"{name}_url": self.url(name)
                for name in ("stripe", "payment_company", "courier", "identity", "zone")
            },
            **{
                name: self.secrets[name]
                for name in (
                    "secret_key",
                    "master_key",
                    "lookup_key",
                    "stripe_api_key",
                    "stripe_webhook_secret",
                )
            },
        }
        if "QIANZHAN_DATABASE_URL" in os.environ:
            settings["database_url"] = os.environ["QIANZHAN_DATABASE_URL"]
        return {f"QIANZHAN_{key.upper()}": value for key, value in settings.items()}

    def run(self, module: str, *arguments: str, said: str = "") -> str:
        """Run a command of ours to its end and return what it printed; ``CommandFailed``."""
        done = subprocess.run(  # our own commands
            python(module, *arguments),
            env=os.environ | quick_start() | self.environment,
            input=said,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode != 0:
            words = " / ".join(done.stderr.strip().splitlines()[-3:])
            raise CommandFailed(f"{module} {arguments[0]} ({done.returncode}): {words}")
        return done.stdout

    @property
    def till_key(self) -> Path:
        """Return where the key of the outlet's till lies."""
        return self.folder / "keys" / "till.key"

    def issue_keys(self) -> None:
        """Let customs issue a key to each sender and keep their certificates, before the run."""
        first, *others = (PLATFORM, COURIER, PAYMENT_COMPANY)
        self.issue_key(first)  # the authority is made with its first key
        together(partial(self.issue_key, code) for code in others)

    def issue_key(self, code: str) -> None:
        """Let customs issue a key to one sender."""
        self.run(
            "simulators.customs",
            "issue",
            *("--code", code, "--name", NAMES[code]),
            *("--out", str(self.folder / "keys"), "--trust", str(self.out / "trust")),
        )

    def add_staff(self) -> None:
        """Let the operator sign in."""
        said = self.secrets["operator"] + "\n"
        self.run("shop.cli", "add-staff", "operator", "operator", said=said)

    def add_till(self) -> None:
        """Give the outlet's till a key of its own."""
        self.till_key.touch(mode=0o600)
        self.till_key.write_text(self.run("shop.cli", "add-terminal", OUTLET).strip())

    def ours(self) -> list[Program]:
        """Return the server and the worker."""
        return [
            Program(
                "web",
                python("shop.cli", "serve"),
                ready_url=f"{self.url('web')}/readyz",
                environment=self.environment,
            ),
            Program("worker", python("shop.cli", "worker"), environment=self.environment),
        ]

    def theirs(self) -> dict[str, Program]:
        """Return the other side's programs by name."""
        return {name: self._simulator(name, self._words(name)) for name in SIMULATED}

    def _simulator(self, name: str, words: list[str]) -> Program:
        ready = "printer_control" if name == "printer" else name
        official = os.environ.get("QIANZHAN_OFFICIAL", "../shared")
        there = Path(official).resolve()
        environment = {"QIANZHAN_OFFICIAL": str(there)} if there.is_dir() else {}
        return Program(
            name,
            python(f"simulators.{name}", "--port", str(self.ports[name]), *words),
            ready_url=f"{self.url(ready)}/healthz",
            environment=environment,
        )

    def _words(self, name: str) -> list[str]:
        theirs, keys = self.folder / "theirs", self.folder / "keys"
        books = ["--db", str(theirs / f"{name}.db")]
        sealed = ["--secret-file", str(keys / f"{name}.secret")]
        mail = ["--dxp", str(self.folder / "dxp")]
        words = {
            "stripe": [
                *books,
                *sealed,
                *("--webhook", f"{self.url('web')}/webhooks/stripe"),
                *("--webhook-secret", self.secrets["stripe_webhook_secret"]),
                *("--api-key", self.secrets["stripe_api_key"]),
                *("--company-key", self.secrets["company_key"]),
                *("--public-url", self.url("stripe")),
                *("--export", str(self.out / "provider.json")),
            ],
            "identity": [*books, *sealed, "--people", str(theirs / "people.json")],
            "payment_company": [
                *books,
                *sealed,
                *mail,
                *("--stripe-url", self.url("stripe")),
                *("--stripe-key", self.secrets["company_key"]),
                *self._sender(PAYMENT_COMPANY),
            ],
            "courier": [
                *books,
                *sealed,
                *mail,
                *("--deliver-after-ms", str(self.deliver_after_ms)),
                *self._sender(COURIER),
            ],
            "customs": [
                *books,
                *sealed,
                *mail,
                *("--senders", str(theirs / "senders.json")),
                *("--trust", str(self.out / "trust")),
                *("--tariff", str(theirs / "tariff.json")),
                *("--account-book", str(theirs / "account_book.json")),
                *("--export", str(self.folder / "copies")),
                *("--platform-url", self.public_url),
            ],
            "zone": [*books, *sealed, "--customs-url", self.url("customs")],
            "printer": [
                *("--control-port", str(self.ports["printer_control"])),
                *("--out", str(self.folder / "slips")),
            ],
        }
        return words[name]

    def _sender(self, code: str) -> list[str]:
        key = self.folder / "keys" / f"{code}.json"
        return [
            *("--key", str(key), "--dxp-id", DXP_IDS[code]),
            *("--code", code, "--name", NAMES[code]),
        ]
