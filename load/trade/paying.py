"""Decides how people pay: on the provider's page, each hand in a browser of its own.

A browser is kept and used again, and asks nobody about proxies: it is not what is measured.
"""

import re
import threading

import requests

from load.trade.world import Person

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_of_hand = threading.local()


def _browser() -> requests.Session:
    """Return the calling hand's browser, opened on first use."""
    if not hasattr(_of_hand, "browser"):
        _of_hand.browser = requests.Session()
        _of_hand.browser.trust_env = False
    browser: requests.Session = _of_hand.browser
    return browser


def pay(page_url: str, payer: Person) -> None:
    """Pay on the provider's page as ``payer``; raises ``RuntimeError`` when it is not taken."""
    browser = _browser()
    page = browser.get(page_url, timeout=20)
    found = _TOKEN.search(page.text)
    if found is None:
        raise RuntimeError(f"the provider's page has no form: {page.status_code}")
    form = {
        "csrf_token": found[1],
        "name": payer.name,
        "id_number": payer.id_number,
        "phone": payer.phone,
    }
    done = browser.post(page_url, data=form, timeout=20, allow_redirects=False)
    if done.status_code != 303:
        raise RuntimeError(f"the provider's page answers {done.status_code}")
