"""The real app over a furnished house; the identity service is the simulator, a process."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kernel import config, i18n
from settlement.payments import providers
from shop.app import make_front
from shop.place_order import placings
from shop.web.login import SHOPPER_COOKIE
from tests.http.storefront_house import Person
from tests.support import sample_house
from tests.support.lanes import through_lanes
from tests.support.sample_house import Sample, Shopper, shopper
from tests.support.wallet import Wallet

ROOT = Path(__file__).parents[3]
KNOWN = {"name": "陈小明", "id_number": "110105199003072346"}
HOME = {
    "consignee_name": "陈小明",
    "phone": "13700137000",
    "district": "浙江省杭州市西湖区",
    "address": "文三路 90 号 3 幢 502 室",
    "notices": "2026-11",
}


@pytest.fixture(scope="session")
def identity_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The identity simulator, which knows one person."""
    people = tmp_path_factory.mktemp("identity") / "people.json"
    people.write_text(json.dumps([KNOWN], ensure_ascii=False), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "simulators.identity", "--people", str(people)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        yield process.stdout.readline().removeprefix("ready ").strip()
        process.terminate()
    assert process.wait(10) == 0


@pytest.fixture
def wallet() -> Iterator[Wallet]:
    """The provider of every offer, and one that cannot declare."""
    provider = Wallet()
    plain = Wallet(name="stripe", can_declare=False)
    providers.use({provider.name: provider, plain.name: plain})
    yield provider
    providers.use({})


@pytest.fixture
def sample(database, wallet, identity_url, tmp_path) -> Iterator[Sample]:
    """Each item in two account-book items of three pieces."""
    config.use(replace(config.current(), identity_url=identity_url))
    with sample_house.flowing():
        yield sample_house.load(tmp_path / "sheets", on_hand=3)
    placings.close()
    sample_house.forget()


@pytest.fixture
def app(sample) -> Flask:
    """The application as the server makes it, lanes first, CSRF and all."""
    return through_lanes(make_front(config.current()))


class Buyer(Person):
    """A signed-in person with a browser in their language, at the checkout of one shelf."""

    def __init__(self, client: FlaskClient, language: str, *, who: Shopper, sample: Sample) -> None:
        super().__init__(client, language)
        self.language, self.who, self.sample = language, who, sample

    def checkout(self, qty: int = 1) -> TestResponse:
        """Open the form for so many pieces."""
        page = self.get(f"/checkout?code={self.sample.shelf}&qty={qty}")
        assert page.status_code == 200, page.text
        return page

    def confirm(self, page: TestResponse, **typed: str) -> TestResponse:
        """Send the form as it stands, home filled in, some fields typed otherwise."""
        return self.send(page, "/checkout", **{**HOME, **typed})

    def order(self, qty: int = 1) -> int:
        """Place an order; return the checkout's number."""
        answer = self.confirm(self.checkout(qty))
        assert answer.status_code == 303, answer.text
        return int(answer.location.rsplit("/", 1)[-1])


def enter(
    app: Flask,
    sample: Sample,
    number: int = 1,
    language: str = "zh-CN",
    *,
    person: int | None = None,
) -> Buyer:
    """Let somebody signed in come to an application."""
    who, client = shopper(number, person=person), app.test_client()
    client.environ_base |= {"REMOTE_PORT": "4711"}
    client.set_cookie(SHOPPER_COOKIE, who.token)
    return Buyer(client, language, who=who, sample=sample)


@pytest.fixture
def buyer(app, sample) -> Callable[..., Buyer]:
    """Let somebody come in: ``buyer(number, language)``."""
    return partial(enter, app, sample)


def says(answer: TestResponse, language: str, code: str, **facts: object) -> None:
    """Assert that a page says what happened, why and what to do, in the person's language."""
    for part in ("what", "why", "next"):
        words = i18n.text(f"{code}.{part}", language, **facts)
        shown = answer.text.replace("&#34;", '"').replace("&#39;", "'")
        assert words in shown, f"{language} lacks {code}.{part}: {words}"
    assert f'<html lang="{language}">' in answer.text
