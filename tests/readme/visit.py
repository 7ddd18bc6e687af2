"""Decides how each page that README.md names is reached: by the sign-ins that were printed.

A page is reached when it answers the person it is for, and not with a sign-in.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import requests

from demo.browser import Browser, Page, expect
from tests.readme.read import Named
from tests.readme.typist import Broken

CODE_WITHIN_S = 30
ANYONE, SHOPPER, TILL = "anyone", "shopper", "till"


@dataclass(frozen=True)
class Printed:
    """What ``make run`` printed: addresses, sign-ins, and later the codes sent to phones."""

    told: Callable[[], str]

    @property
    def web(self) -> str:
        """The server's address."""
        return self._one(r"Qianzhan runs since .* at (http\S+?)/ ")

    @property
    def shelf(self) -> str:
        """What the code on a shelf leads to."""
        return self._one(r"shopper +(http\S+)")

    @property
    def till(self) -> str:
        """What lets a browser in to the till's page."""
        return self._one(r"till +(http\S+)")

    def password(self, login: str) -> str:
        """The password of one of the staff."""
        return self._one(rf"{login} / (\S+)")

    def shopper(self) -> dict[str, str]:
        """The shopper to sign in as."""
        words = re.search(r"phone (\d+), the code appears here; (\S+) (\S+)", self.told())
        if words is None:
            raise Broken("make run printed no shopper")
        return dict(zip(("phone", "name", "id_number"), words.groups(), strict=True))

    def code(self, phone: str) -> str:
        """The newest code that a phone got."""
        ends = time.monotonic() + CODE_WITHIN_S
        while time.monotonic() < ends:
            codes = re.findall(rf"message to \S*{phone}: .*?(?<!\d)(\d{{6}})(?!\d)", self.told())
            if codes:
                return str(codes[-1])
            time.sleep(0.2)
        raise Broken(f"no message to {phone}")

    def _one(self, pattern: str) -> str:
        found = re.search(pattern, self.told())
        if found is None:
            raise Broken(f"make run printed nothing like {pattern}")
        return found[1]


def visit(named: list[Named], printed: Printed) -> None:
    """Reach each page as the person it is for; ``Broken`` names those that were not reached."""
    faults = []
    for role in dict.fromkeys(one.role for one in named):
        browser = _enter(role, printed)
        base = _base_of(printed.till) if role == TILL else printed.web
        faults += [
            f"{one.address} for {role}: {said}"
            for one in named
            if one.role == role and (said := _fault(browser, one.address, base, printed))
        ]
        browser.close()
    if faults:
        raise Broken("\n".join(faults))


def _enter(role: str, printed: Printed) -> Browser:
    browser = Browser()
    if role == TILL:
        browser.open(printed.till)
    elif role == SHOPPER:
        who = printed.shopper()
        page = browser.open(f"{printed.web}/sign-in?next=/orders")
        page = expect(browser.send(page, "/sign-in/code", phone=who["phone"]))
        expect(browser.send(page, "/sign-in", code=printed.code(who["phone"])))
    elif role != ANYONE:
        page = browser.open(f"{printed.web}/staff/sign-in")
        expect(browser.send(page, "/staff/sign-in", login=role, password=printed.password(role)))
    return browser


def _fault(browser: Browser, address: str, base: str, printed: Printed) -> str | None:
    if address == "/01/…/21/…":
        return _wrong(browser.open(printed.shelf), printed.shelf)
    if address in ("/healthz", "/readyz", "/metrics"):
        status = requests.get(base + address, timeout=10).status_code
        return None if status == 200 else str(status)
    return _wrong(browser.open(base + address), base + address)


def _wrong(page: Page, asked: str) -> str | None:
    if page.status != 200:
        return str(page.status)
    return None if page.url.startswith(asked) else f"led to {page.url}"


def _base_of(address: str) -> str:
    return "/".join(address.split("/")[:3])
