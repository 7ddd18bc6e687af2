"""The programs of the other side, started for a test, and a platform that writes to customs."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests

from simulators import ceb, mailbox, signature
from simulators.customs.issue import issue
from simulators.daemon import china_now
from simulators.keys import Key, load_key
from simulators.mailbox import Letter, Mailbox
from tests.unit.simulators.sim_documents import (
    ACCOUNT_BOOK,
    COURIER,
    PAYER,
    PEOPLE,
    PLATFORM,
    transfer,
)

ROOT = Path(__file__).parents[3]
ROLES = {PLATFORM: "platform", PAYER: "payment_company", COURIER: "courier"}
TARIFF = [
    {"hs_code": "2106909090", "duty_pct": 12, "vat_pct": 13},
    {"hs_code": "3303000020", "vat_pct": 13, "consumption_pct": 15, "cosmetics": True},
    {"hs_code": "4202210090", "duty_pct": "6", "vat_pct": "13"},
]
BOOK = [
    {"account_book_no": ACCOUNT_BOOK, "item_record_no": "0001", "hs_code": "2106909090"},
    {
        "account_book_no": ACCOUNT_BOOK,
        "item_record_no": "0002",
        "hs_code": "3303000020",
        "measure": "50",
        "measure_unit": "ml",
    },
    {
        "account_book_no": ACCOUNT_BOOK,
        "item_record_no": "0003",
        "hs_code": "4202210090",
        "qty1_per_unit": "1",
    },
]
COMPANY_KEY = "company-key-of-the-test"
PATIENCE_S = 15


def until(look, *, wanted=True, patience_s=PATIENCE_S):
    """Look again until ``look`` gives what is wanted (``True``: anything true)."""
    end = time.monotonic() + patience_s
    seen = look()
    while not (seen if wanted is True else seen == wanted):
        assert time.monotonic() < end, f"waited in vain; last seen: {seen}"
        time.sleep(0.02)
        seen = look()
    return seen


class Money:
    """A tiny money side: what the payment company may ask it."""

    def __init__(self) -> None:
        self.payments: dict[str, dict[str, object]] = {}
        money = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                said = money.payments.get(self.path.rsplit("/", 1)[-1])
                allowed = self.headers["Authorization"] == f"Bearer {COMPANY_KEY}"
                status = 401 if not allowed else 200 if said else 404
                body = json.dumps(said or {}).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def paid(self, payment: str, fen: int, id_number: str, **changed: object) -> None:
        """Let a payment have been made."""
        self.payments[payment] = {
            "id": payment,
            "gross_fen": fen,
            "currency": "cny",
            "paid_at": 1795485600,
            "payer": {"name": PEOPLE[id_number], "id_number": id_number, "phone": "13900000001"},
            **changed,
        }

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@dataclass
class Program:
    """One running program."""

    process: subprocess.Popen[str]
    url: str

    def get(self, path: str):
        return requests.get(self.url + path, timeout=10)

    def post(self, path: str, **body: object):
        return requests.post(self.url + path, json=body, timeout=10)

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Stop it and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(10)
        if self.process.stdout:
            self.process.stdout.close()
        return code


class Line:
    """The other side in one folder, and the platform's hand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dxp = folder / "dxp"
        self.exports = folder / "exports"
        self.money = Money()
        self.running: dict[str, Program] = {}
        self.keys: dict[str, Key] = {}
        for company in ROLES:
            path = issue(company[0], company[1], out=folder / "keys", trust=folder / "trust")
            self.keys[company[0]] = load_key(path)
        filed = [
            {"dxp_id": dxp, "customs_code": code, "name": name, "roles": [role]}
            for (code, name, dxp), role in ROLES.items()
        ]
        self.write("senders.json", filed)
        self.write("tariff.json", TARIFF)
        self.write("book.json", [{"unit": "122", "unit1": "035", **one} for one in BOOK])

    def write(self, name: str, said: object) -> Path:
        path = self.folder / name
        path.write_text(json.dumps(said), encoding="utf-8")
        return path

    def start(self, program: str, *words: object) -> Program:
        """Start a program and wait until it says that it is ready."""
        command = [sys.executable, "-m", f"simulators.{program}", "--port", "0"]
        command += ["--db", str(self.folder / f"{program}.db"), *map(str, words)]
        with (self.folder / f"{program}.log").open("a") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        assert process.stdout is not None
        said = process.stdout.readline()
        log_text = (self.folder / f"{program}.log").read_text()
        assert said.startswith("ready http://127.0.0.1:"), log_text
        self.running[program] = Program(process, said.split()[1])
        return self.running[program]

    def customs(self, *words: object) -> Program:
        at = self.folder
        files = ("--senders", at / "senders.json", "--trust", at / "trust")
        facts = ("--tariff", at / "tariff.json", "--account-book", at / "book.json")
        return self.start("customs", "--dxp", self.dxp, *files, *facts, "--delay-ms", 5, *words)

    def _company(self, company: tuple[str, str, str]) -> tuple[object, ...]:
        code, name, dxp_id = company
        key = self.folder / "keys" / f"{code}.json"
        who = ("--code", code, "--name", name, "--dxp-id", dxp_id)
        return ("--key", key, "--dxp", self.dxp, *who)

    def payment_company(self, *words: object) -> Program:
        money = ("--stripe-url", self.money.url, "--stripe-key", COMPANY_KEY)
        return self.start("payment_company", *money, *self._company(PAYER), *words)

    def courier(self, *words: object) -> Program:
        return self.start("courier", *self._company(COURIER), *words)

    def zone(self) -> Program:
        return self.start("zone", "--customs-url", self.running["customs"].url)

    def send(self, kind, record, *, by=PLATFORM, change=None, key=None, name=None) -> bytes:
        """Build, sign and post a message of ``by``; ``change`` spoils it after signing."""
        root = ceb.build(kind, [record], transfer=transfer(by))
        signature.sign(root, key or self.keys[by[0]])
        data = ceb.to_bytes(root)
        self.post(kind, change(data) if change else data, by=by, name=name)
        return data

    def post(self, kind: str, data: bytes, *, by=PLATFORM, name=None) -> None:
        box = Mailbox(self.dxp, by[2])
        box.open()
        name = name or f"{kind}-{ceb.new_guid()}"
        letter = Letter(name, by[2], mailbox.CUSTOMS_ID, f"{kind}Message", data)
        mailbox.put(box.outgoing, f"{name}.xml", mailbox.wrap(letter, china_now()))

    def heard(self, by=PLATFORM) -> list[tuple[str, dict[str, str], list[dict[str, str]]]]:
        """Return (kind, head, lines) of every readable answer that waits for ``by``."""
        found = []
        for path in mailbox.waiting(Mailbox(self.dxp, by[2]).incoming):
            try:
                root = ceb.read(mailbox.unwrap(path.read_bytes()).data)
            except ceb.Unreadable:
                found.append(("broken", {}, []))
                continue
            for record in ceb.records(root):
                found.append((ceb.kind_of(root), dict(record.head), list(record.lines)))
        return found

    def answers(self, number: str, by=PLATFORM) -> list[str]:
        """Return the statuses heard about an order, a list or a waybill, in order of coming."""
        return [
            head.get("returnStatus", "816")
            for kind, head, _ in self.heard(by)
            if number in head.values() or (kind == "CEB816" and number in self._cop_nos(head))
        ]

    def _cop_nos(self, bill: dict[str, str]) -> set[str]:
        return {
            head["copNo"]
            for kind, head, _ in self.heard()
            if kind == "CEB622" and head.get("invtNo") == bill["invtNo"]
        }

    def close(self) -> dict[str, int]:
        """Stop everything; return the exit codes."""
        codes = {name: program.stop() for name, program in self.running.items()}
        self.money.close()
        shutil.rmtree(self.dxp, ignore_errors=True)
        return codes
