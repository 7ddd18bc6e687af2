"""Passkeys in a real Chromium with its virtual authenticator: added, signed out, signed in."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from kernel import config as settings
from kernel.config import Config
from kernel.db import Database
from shop.accounts.put_staff import put_staff
from shop.web.own_sessions import make_own_sessions
from shop.web.passkeys import make_passkeys
from tests.http.storefront_house import House, make_app
from tests.support.till_house import Server

PASSWORD = "a long and quiet word"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def address(database: Database, config: Config, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The sign-in at a host name, for which browsers keep passkeys."""
    del database
    put_staff("li.wei", PASSWORD, role="operator")
    app: Flask = make_app(House())
    app.register_blueprint(make_passkeys())
    for blueprint in make_own_sessions():
        app.register_blueprint(blueprint)
    server = Server(app)
    server.start()
    url = f"http://localhost:{server.port}"
    monkeypatch.setattr("kernel.config._config", None)
    settings.use(replace(config, public_url=url))
    yield url
    server.stop()


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/staff/sign-in?next=/staff/passkeys")
    page.fill("[name=login]", "li.wei")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")


@pytest.mark.parametrize("width", [1280, 360])
def test_add_sign_out_and_sign_in_with_it(
    browser: Browser, address: str, width: int, tmp_path: Path
) -> None:
    """One press each; nothing is typed at the second sign-in, and nothing scrolls sideways."""
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN")
    page = context.new_page()
    surprises: list[str] = []
    page.on("pageerror", lambda error: surprises.append(str(error)))
    line = context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    sign_in(page, address)

    page.click("[data-passkey] button")
    expect(page.locator(".notice-good")).to_contain_text("已添加")
    page.screenshot(path=tmp_path / "passkeys.png", full_page=True)
    page.click(".way-out button")
    page.goto(f"{address}/staff/sign-in?next=/staff/passkeys")
    page.screenshot(path=tmp_path / "sign-in.png", full_page=True)
    page.click("[data-passkey] button")

    expect(page.locator("section.card")).to_contain_text("上次使用")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
    assert surprises == []
