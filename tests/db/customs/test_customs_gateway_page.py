"""The adapter that docs/gateway.md shows is taken from the page and works as the page says."""

import ast
import base64
import hashlib
import hmac
import json
import re
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType

import pytest

from bonded_display.customs import desk
from bonded_display.customs.errors import GatewayRefused, MailboxUnavailable
from bonded_display.customs.sendings import send_unsent
from bonded_display.customs.submit_order import submit_order
from bonded_display.customs.take_in_mail import TakenIn, take_in_mail
from bonded_display.customs.transport import dxp
from bonded_display.customs.transport.choose import ADAPTERS, open_mailbox
from kernel.config import Config
from tests.arch.house_rules import ROOT
from tests.db.customs.office import AT, Office
from tests.unit.customs.examples import order
from tests.unit.customs.receipts import mail, order_receipt

PAGE = (ROOT / "docs" / "gateway.md").read_text(encoding="utf-8")
(CODE,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
SECRET = "the secret of the test"


class Platform:
    """The platform of a province: what it holds, and what it answers next instead of OK."""

    def __init__(self) -> None:
        self.pushed: dict[str, bytes] = {}
        self.mail: dict[str, bytes] = {}
        self.codes: list[str] = []
        self.url = ""

    def answer(self, verb: str, asked: dict) -> tuple[int, dict]:
        sign = hmac.new(SECRET.encode(), asked["body"].encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(sign, asked["sign"]):
            return 403, {"error": "sign"}
        told = json.loads(asked["body"])
        code = self.codes.pop(0) if self.codes else "OK"
        if code == "LOST":
            self._do(verb, told)
            return 502, {}
        if code != "OK":
            return 200, {"code": code}
        return 200, {"code": "OK", **self._do(verb, told)}

    def _do(self, verb: str, told: dict) -> dict:
        if verb == "push":
            self.pushed[told["serialNo"]] = base64.b64decode(told["content"])
        if verb == "confirm":
            self.mail.pop(told["serialNo"], None)
        return {
            "messages": [
                {"serialNo": name, "content": base64.b64encode(raw).decode()}
                for name, raw in self.mail.items()
            ]
        }


@pytest.fixture
def platform() -> Iterator[Platform]:
    found = Platform()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, said = found.answer(self.path.rsplit("/", 1)[-1], asked)
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}/api"
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def provincial(office: Office, platform: Platform, tmp_path, monkeypatch) -> Office:
    """The office with the page's adapter, chosen by the settings that the page names."""
    monkeypatch.setattr("bonded_display.customs.transport.choose.ADAPTERS", dict(ADAPTERS))
    module = ModuleType("bonded_display.customs.transport.province")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(CODE, "docs/gateway.md", "exec"), module.__dict__)
    settings = Config(
        dxp_adapter="province",
        dxp_url=platform.url,
        dxp_token=SECRET,
        dxp_dir=str(tmp_path / "ours"),
    )
    desk.use(replace(office.desk, mailbox=open_mailbox(settings)))
    return office


def test_the_page_shows_a_whole_adapter_in_under_a_hundred_lines() -> None:
    """It is shown as it is run; what the port asks for is there."""
    assert len(CODE.splitlines()) < 100
    (adapter,) = (node for node in ast.parse(CODE).body if isinstance(node, ast.ClassDef))
    there = {node.name for node in adapter.body if isinstance(node, ast.FunctionDef)}
    assert {"send", "waiting", "read", "taken", "park"} <= there


def test_a_message_goes_out_and_its_answer_comes_in(provincial, platform) -> None:
    """Signed bytes in their envelope; the mail is confirmed once it is stored."""
    submit_order(order())
    platform.mail["1"] = mail(order_receipt(order().order_no, status=120, time=AT))

    assert take_in_mail() == TakenIn(recorded=1)

    (raw,) = platform.pushed.values()
    assert b"<ds:SignatureValue>" in dxp.unwrap(raw)
    assert provincial.documents()["order"] == "ACCEPTED"
    assert platform.mail == {}


@pytest.mark.parametrize("code", ["LOST", "BUSY"])
def test_silence_is_tried_again_and_is_one_message(provincial, platform, code) -> None:
    """Done without an answer, or not done: the same name again."""
    platform.codes = [code]
    with pytest.raises(MailboxUnavailable):
        submit_order(order())

    assert send_unsent(older_than=0) == 1
    assert len(platform.pushed) == 1


def test_a_message_that_is_refused_holds_up_none(provincial, platform) -> None:
    """The first has a format that the platform does not take; the second goes."""
    platform.codes = ["FORMAT"]
    with pytest.raises(GatewayRefused):
        submit_order(order(42))
    submit_order(order(43))

    assert len(platform.pushed) == 1


def test_mail_that_cannot_be_read_is_kept_and_confirmed(provincial, platform, tmp_path) -> None:
    """Sealed in our folder with a word of why; a wrong secret is said as well."""
    platform.mail["1"] = b"<no/>"

    assert take_in_mail() == TakenIn(parked=1)

    kept = tmp_path / "ours" / "DXPQZPLATFORM001" / "bad"
    assert sorted(path.name for path in kept.iterdir()) == ["1.reason", "1.sealed"]
    assert platform.mail == {}
    desk.current().mailbox._secret = "another"
    with pytest.raises(MailboxUnavailable) as refused:
        take_in_mail()
    assert refused.value.cause == "answered"
