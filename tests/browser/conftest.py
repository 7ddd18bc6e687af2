"""Decide what the browser tests share: one Chromium, one house of sample trade for a session.

Playwright keeps one event loop a process and refuses a second: no test starts its own.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.look import Look
from tests.browser.open_house import OpenHouse, open_house

CHROMIUM = "/usr/bin/chromium"
ARGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
HEIGHTS = {360: 740, 1280: 800}
ANSWERS_MS = 20_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium of Debian's."""
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenHouse]:
    """The house of ``make run`` with a small sample; a large one where the tour is made.

    The workers of one run share it.
    """
    base = tmp_path_factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with open_house(root / "house", large="TOUR" in os.environ) as it:
        yield it


@pytest.fixture(params=[360, 1280])
def width(request: pytest.FixtureRequest) -> int:
    """A phone and a desk."""
    return int(request.param)


@pytest.fixture
def somebody(browser: Browser, width: int) -> Iterator[Callable[[], Page]]:
    """Give a person a browser of their own; a script that fails on any page fails the test."""
    surprises: list[str] = []
    contexts = []

    def come() -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            device_scale_factor=2 if width < 700 else 1,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        context.set_default_timeout(ANSWERS_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: surprises.append(str(error)))
        page.on("console", lambda said: surprises.append(said.text) if _is_csp(said.text) else None)
        return page

    yield come
    for context in contexts:
        context.close()
    assert surprises == []


def _is_csp(text: str) -> bool:
    return "Content Security Policy" in text


@pytest.fixture
def look(width: int) -> Iterator[Look]:
    """Judge each page on the way; the tour's camera where TOUR names a folder."""
    tour = os.environ.get("TOUR")
    look = Look(width, Path(tour) if tour else None)
    yield look
    assert look.findings == [], "\n" + "\n".join(look.findings)
    assert look.pages > 0
