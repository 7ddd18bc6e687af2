"""The real app on a port, with the money side and the payment company as processes."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import requests
from werkzeug.serving import make_server

from demo.browser import Browser
from kernel import clock, config, deliveries
from settlement.payments import providers
from shop.app import make_app
from shop.capture_payment import captures
from shop.flow import HANDLERS
from shop.place_order import placings
from simulators.customs.issue import issue
from tests.support import sample_house, seams
from tests.support.sample_house import Sample

ROOT = Path(__file__).parents[2]
PLATFORM_DXP, COMPANY, COMPANY_NAME = "DXPQZPLATFORM001", "1100962003", "盒付支付科技有限公司"
COMPANY_KEY = "company-key-of-the-flow"


@dataclass
class OtherSide:
    """Programs by name and where they answer."""

    folder: Path
    urls: dict[str, str] = field(default_factory=dict)
    processes: list["subprocess.Popen[str]"] = field(default_factory=list)

    def start(self, name: str, *words: str) -> None:
        """Start a program and wait until it is ready."""
        books = ("--port", "0", "--db", str(self.folder / f"{name}.db"))
        with (self.folder / f"{name}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"simulators.{name}", *books, *words],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.processes.append(process)
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said.startswith("ready "), (self.folder / f"{name}.log").read_text()
        self.urls[name] = said.removeprefix("ready ").strip()

    def control(self, name: str, **values: object) -> None:
        """Tell a program how to behave."""
        answer = requests.post(f"{self.urls[name]}/_control", json=values, timeout=5)
        assert answer.ok, answer.text

    def close(self) -> None:
        """End every program."""
        for process in self.processes:
            process.terminate()
        assert [process.wait(10) for process in self.processes] == [0] * len(self.processes)
        for process in self.processes:
            assert process.stdout is not None
            process.stdout.close()


@pytest.fixture(scope="session")
def other_side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OtherSide]:
    """Stripe, the payment company and the identity service; no customs, no courier."""
    folder = tmp_path_factory.mktemp("other-side")
    side = OtherSide(folder)
    key = issue(COMPANY, COMPANY_NAME, out=folder / "keys", trust=folder / "trust")
    people = folder / "people.json"
    people.write_text(json.dumps([]), encoding="utf-8")
    settings = config.load(None, {})
    side.start(
        "stripe",
        *("--webhook-secret", settings.stripe_webhook_secret),
        *("--api-key", settings.stripe_api_key, "--company-key", COMPANY_KEY),
        *("--retry-base-ms", "100"),
    )
    side.start(
        "payment_company",
        *("--stripe-url", side.urls["stripe"], "--stripe-key", COMPANY_KEY),
        *("--key", str(key), "--dxp", str(folder / "dxp"), "--dxp-id", "DXPQZPAYMENT0001"),
        *("--code", COMPANY, "--name", COMPANY_NAME),
    )
    side.start("identity", "--people", str(people))
    yield side
    side.close()


@dataclass
class House:
    """A house that is open: its app listens at ``url``, its worker works when it is told."""

    url: str
    sample: Sample
    other_side: OtherSide
    ahead_us: int = 0

    def browser(self, token: str, language: str = "zh-CN") -> Browser:
        """Return the browser of a signed-in shopper."""
        browser = Browser(language=language)
        browser._session.cookies.set("qz_session", token, domain="127.0.0.1", path="/")
        return browser

    def go_ahead(self, seconds: int) -> None:
        """Let our clock, and only ours, run ahead."""
        self.ahead_us += seconds * clock.SECOND

    def until(self, met: Callable[[], object], *, patience_s: float = 20) -> None:
        """Let the worker's handlers run until something is met."""
        end = time.monotonic() + patience_s
        while not met():
            assert time.monotonic() < end, f"waited in vain: {deliveries.count_open()}"
            if not deliveries.run_due(HANDLERS):
                time.sleep(0.02)


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request, databases, other_side, tmp_path) -> Iterator[House]:
    """A furnished house on its own database, our clock the machine's, webhooks led to it."""
    with ExitStack() as stack:
        fresh = databases.sqlite(tmp_path) if request.param == "sqlite" else databases.postgresql()
        url = stack.enter_context(fresh)
        settings = stack.enter_context(seams.demo_config(tmp_path / "home"))
        stack.callback(clock.use, clock.system)
        stack.enter_context(seams.opened(url, settings))
        stack.enter_context(sample_house.flowing())
        stack.callback(sample_house.forget)
        web = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
        here = f"http://127.0.0.1:{web.server_port}"
        settings = replace(
            config.current(),
            public_url=here,
            **{f"{name}_url": url for name, url in other_side.urls.items()},
        )
        config.use(settings)
        providers.use({})
        stack.callback(providers.use, {})
        sample = sample_house.load(tmp_path / "sheets", on_hand=3)
        opened = House(here, sample, other_side)
        clock.use(lambda: clock.system() + opened.ahead_us)
        web.app = make_app(settings)
        listening = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02})
        listening.start()
        other_side.control("stripe", webhook_url=f"{here}/webhooks/stripe", webhooks="normal")
        try:
            yield opened
        finally:
            other_side.control("stripe", webhooks="drop", webhook_url="")
            web.shutdown()
            listening.join()
            web.server_close()
            placings.close()
            captures.close()
