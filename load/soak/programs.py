"""Decides which programs a soak starts, how they end, and how a worker is killed in the middle.

Ours are the product's own commands; the other side knows only the files written here for it.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from load.harness import ROOT
from load.sample import COURIER, GOODS, HS_CODE, PAYMENT_COMPANY, PLATFORM, PLATFORM_NAME
from load.site import Site, free_port

STRIPE_KEY, COMPANY_KEY = "sk_test_soak", "company_soak"
WEBHOOK_SECRET = "whsec_soak"
NAMES = {
    PLATFORM: PLATFORM_NAME,
    COURIER: "山西晋速递运有限公司",
    PAYMENT_COMPANY: "盒付支付科技有限公司",
}
DXP_IDS = {
    PLATFORM: "DXPQZPLATFORM001",
    COURIER: "DXPQZCOURIER0001",
    PAYMENT_COMPANY: "DXPQZPAYMENT0001",
}
ROLES = {PLATFORM: "platform", COURIER: "courier", PAYMENT_COMPANY: "payment_company"}
OTHERS = ("stripe", "payment_company", "courier", "zone", "customs")
START_S, STOP_S = 60.0, 60.0
EVERY_MS = "200"
"""How often the other side looks for work: a folder's worth is one transaction there."""


@dataclass(frozen=True)
class SoakSite(Site):
    """The product beside its other side, all of it on this machine."""

    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in OTHERS})
    goods: int = GOODS

    def other(self, name: str) -> str:
        """Return where a program of the other side answers."""
        return f"http://127.0.0.1:{self.ports[name]}"

    @property
    def environment(self) -> dict[str, str]:
        """Return the settings as environment variables."""
        beside = {
            "QIANZHAN_STRIPE_URL": self.other("stripe"),
            "QIANZHAN_STRIPE_API_KEY": STRIPE_KEY,
            "QIANZHAN_STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "QIANZHAN_PAYMENT_COMPANY_URL": self.other("payment_company"),
            "QIANZHAN_COURIER_URL": self.other("courier"),
            "QIANZHAN_ZONE_URL": self.other("zone"),
            "QIANZHAN_DXP_DIR": str(self.folder / "dxp"),
            "QIANZHAN_DXP_ID": DXP_IDS[PLATFORM],
            "SIMULATORS_SYNC": "off",  # programs are killed here, the power is not cut
        }
        return super().environment | beside

    def issue_keys(self) -> None:
        """Let customs issue the couriers' and the payment company's keys, too."""
        for code in (COURIER, PAYMENT_COMPANY):
            self.run(
                "simulators.customs",
                *("issue", "--code", code, "--name", NAMES[code]),
                *("--out", str(self.folder / "keys"), "--trust", str(self.folder / "trust")),
            )

    def write_their_files(self) -> None:
        """Write what customs knows of its own accord: companies, rates, the account book."""
        theirs = self.folder / "theirs"
        theirs.mkdir()
        filed = [
            {"dxp_id": DXP_IDS[code], "customs_code": code, "name": NAMES[code], "roles": [role]}
            for code, role in ROLES.items()
        ]
        book = [
            {
                "account_book_no": "T0501W000001",
                "item_record_no": str(number + 1),
                "hs_code": HS_CODE,
                "unit": "122",
            }
            for number in range(self.goods)
        ]
        rates = [{"hs_code": HS_CODE, "duty_pct": 0, "vat_pct": 13}]
        for name, said in (("senders", filed), ("tariff", rates), ("account_book", book)):
            (theirs / f"{name}.json").write_text(json.dumps(said), encoding="utf-8")

    @contextmanager
    def others(self, *, mutant: str = "") -> Iterator[dict[str, int]]:
        """Run the other side while the block runs, and give its process ids by name.

        ``mutant`` plants a falsehood at customs.
        """
        pids: dict[str, int] = {}
        with ExitStack() as stack:
            for name in OTHERS:
                lie = ("--mutant", mutant) if mutant and name == "customs" else ()
                port = ("--port", str(self.ports[name]))
                program = Program(
                    name, self, [f"simulators.{name}", *port, *self.words_of(name), *lie]
                )
                stack.callback(program.stop)
                pids[name] = program.process.pid
            for name in OTHERS:
                _wait_until_ready(f"{self.other(name)}/healthz", self.folder / f"{name}.log")
            yield pids

    def words_of(self, name: str) -> list[str]:
        """Return the words of a program of the other side's, beside its port."""
        theirs, mail = self.folder / "theirs", ("--dxp", str(self.folder / "dxp"))
        books = ("--db", str(theirs / f"{name}.db"))
        words = {
            "stripe": [
                *("--webhook", f"{self.url}/webhooks/stripe", "--webhook-secret", WEBHOOK_SECRET),
                *("--api-key", STRIPE_KEY, "--company-key", COMPANY_KEY),
                *("--public-url", self.other("stripe")),
            ],
            "payment_company": [
                *mail,
                *("--stripe-url", self.other("stripe"), "--stripe-key", COMPANY_KEY),
                *self._sender(PAYMENT_COMPANY),
            ],
            "courier": [*mail, *self._sender(COURIER)],
            "zone": ["--customs-url", self.other("customs")],
            "customs": [
                *mail,
                *("--senders", str(theirs / "senders.json")),
                *("--trust", str(self.folder / "trust")),
                *("--tariff", str(theirs / "tariff.json")),
                *("--account-book", str(theirs / "account_book.json")),
            ],
        }
        return [*books, "--every-ms", EVERY_MS, *words[name]]

    def _sender(self, code: str) -> list[str]:
        key = self.folder / "keys" / f"{code}.json"
        said = ("--key", str(key), "--dxp-id", DXP_IDS[code], "--code", code, "--name", NAMES[code])
        return list(said)


class Program:
    """One process of a soak, its words in a log beside it."""

    def __init__(self, name: str, site: Site, command: list[str]) -> None:
        self.name = name
        with (site.folder / f"{name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=os.environ | site.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def stop(self) -> None:
        """End it kindly, and hard when it does not hear."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def kill(self) -> None:
        """End it as a power cut does; raises ``RuntimeError`` when it had ended by itself."""
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} ended by itself: {self.process.returncode}")
        self.process.kill()
        self.process.wait()


def _wait_until_ready(url: str, log: Path) -> None:
    ends = time.monotonic() + START_S
    while time.monotonic() < ends:
        try:
            if requests.get(url, timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise RuntimeError(log.read_text(errors="replace")[-2000:])
