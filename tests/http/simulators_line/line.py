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

from tests.unit.simulators.sim_documents import COURIER, PAYER, PEOPLE
from tests.unit.simulators.sim_hand import Hand, make_files, make_keys

ROOT = Path(__file__).parents[3]
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
        self.down = False
        money = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                said = money.payments.get(self.path.rsplit("/", 1)[-1])
                allowed = self.headers["Authorization"] == f"Bearer {COMPANY_KEY}"
                status = 401 if not allowed else 200 if said else 404
                status = 500 if money.down else status
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


class Line(Hand):
    """The other side in one folder, and the platform's hand."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "dxp", make_keys(folder))
        make_files(folder)
        self.folder = folder
        self.exports = folder / "exports"
        self.money = Money()
        self.running: dict[str, Program] = {}

    def command(self, program: str, *words: object) -> list[str]:
        """Return the command line of a program with books in this folder."""
        command = [sys.executable, "-m", f"simulators.{program}", "--port", "0"]
        return [*command, "--db", str(self.folder / f"{program}.db"), *map(str, words)]

    def start(self, program: str, *words: object) -> Program:
        """Start a program and wait until it says that it is ready."""
        with (self.folder / f"{program}.log").open("a") as log:
            process = subprocess.Popen(
                self.command(program, *words),
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        assert process.stdout is not None
        said = process.stdout.readline()
        self.running[program] = Program(process, said.removeprefix("ready ").strip())
        log_text = (self.folder / f"{program}.log").read_text()
        assert said.startswith("ready http://127.0.0.1:"), log_text
        return self.running[program]

    def of_customs(self, *words: object) -> tuple[object, ...]:
        """Return the words that customs needs on its command line."""
        at = self.folder
        files = ("--senders", at / "senders.json", "--trust", at / "trust")
        facts = ("--tariff", at / "tariff.json", "--account-book", at / "book.json")
        return ("--dxp", self.dxp, *files, *facts, "--delay-ms", 5, *words)

    def customs(self, *words: object) -> Program:
        return self.start("customs", *self.of_customs(*words))

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

    def close(self) -> dict[str, int]:
        """Stop everything; return the exit codes."""
        codes = {name: program.stop() for name, program in self.running.items()}
        self.money.close()
        shutil.rmtree(self.dxp, ignore_errors=True)
        return codes
