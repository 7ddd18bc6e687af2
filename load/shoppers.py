"""Decides who buys in a bench: invented people, signed in and verified by the product's own verbs.

What they then send is read off the checkout page they are shown, as a browser would.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import requests
from lxml import html

from kernel import config
from kernel.actor import Actor
from load.sample import gtin13, shelf_code
from shop.accounts.consents import ID_NUMBER_VERSION
from shop.accounts.give_consent import give_consent
from shop.accounts.identity_service import IdentityAnswer
from shop.accounts.send_code import send_code
from shop.accounts.sessions import signed_in
from shop.accounts.sign_in import sign_in
from shop.accounts.verify_identity import verify_identity
from shop.web.login import SHOPPER_COOKIE

ADDRESS = {
    "consignee_name": "赵晓雨",
    "district": "山西省太原市小店区",
    "address": "学府街12号3幢1201室",
}
_GIVEN = "晓雨思远佳宁子墨雅琴建平若溪文博静怡志强"


@dataclass(frozen=True)
class Shopper:
    """One signed-in shopper: session token and account."""

    token: str
    account_id: int


@dataclass(frozen=True)
class Form:
    """A checkout form as one shopper would send it, without its key."""

    cookie: str
    body: str


class _Match:
    """The bench's own identity service: everybody is who they say."""

    def verify(self, name: str, id_number: str) -> IdentityAnswer:
        """Return that name and number belong together."""
        del name, id_number
        return IdentityAnswer("match", "bench", "bench-1")


def sign_up(count: int, *, first: int = 0) -> Iterator[Shopper]:
    """Sign up ``count`` verified shoppers, from number ``first`` on; the house is open."""
    for number in range(first, first + count):
        phone = f"138{number:08d}"
        send_code(phone, language="zh-CN")
        token = sign_in(phone, _code_sent(), language="zh-CN")
        session = signed_in(token)
        if session is None:
            raise RuntimeError("a new session is not believed")
        actor = Actor("account", session.id)
        give_consent(actor, ID_NUMBER_VERSION)
        verify_identity(actor, name(number), id_number(number), verifier=_Match())
        yield Shopper(token, session.id)


def name(number: int) -> str:
    """Return the invented name of a shopper."""
    return "赵" + _GIVEN[number % 10 * 2 : number % 10 * 2 + 2]


def id_number(number: int) -> str:
    """Return an invented ID number with its check character, another for each ``number``."""
    first17 = f"14010519{70 + number // 2800 % 30:02d}{1 + number // 100 % 12:02d}"
    first17 += f"{1 + number // 1200 % 28:02d}{number % 100:03d}"
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(first17))
    return first17 + "10X98765432"[total % 11]


def _code_sent() -> str:
    """Return the code in the one message that waits for the gateway, and take the message."""
    (file,) = Path(config.current().notifier_dir).glob("*.json")
    text = json.loads(file.read_text(encoding="utf-8"))["text"]
    file.unlink()
    found = re.search(r"\d{6}", text)
    if found is None:
        raise RuntimeError("a message without a code")
    return found.group()


def open_forms(url: str, shopper: Shopper, numbers: Sequence[int]) -> list[Form]:
    """Scan each article's shelf and open its checkout page; return the forms, filled in."""
    with requests.Session() as browser:
        browser.headers["Accept"] = "text/html"
        browser.cookies.set(SHOPPER_COOKIE, shopper.token)
        return [_open_form(url, browser, number) for number in numbers]


def _open_form(url: str, browser: requests.Session, number: int) -> Form:
    shelf = browser.get(f"{url}/01/0{gtin13(number)}/21/{shelf_code(number)}", timeout=10)
    page = browser.get(f"{url}/checkout", params={"code": shelf_code(number)}, timeout=10)
    shelf.raise_for_status()
    page.raise_for_status()
    tree: Any = html.fromstring(page.text)
    form = tree.get_element_by_id("order")
    fields = {name: value or "" for name, value in form.form_values()} | ADDRESS
    fields["notices"] = str(form.inputs["notices"].get("value"))
    del fields["idempotency_key"]
    cookie = "; ".join(f"{one.name}={one.value}" for one in browser.cookies)
    return Form(cookie, urlencode(fields))
