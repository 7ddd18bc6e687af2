"""A running Stripe simulator, a real client for it, and a merchant that hears its webhooks."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import stripe
from flask import Flask, request
from werkzeug.serving import BaseWSGIServer, make_server

from simulators.stripe.app import Keys, stripe_app
from simulators.stripe.books import Books
from simulators.stripe.deliver import Behaviour, Deliverer, Pace
from simulators.stripe.sessions import Rules

SECRET = "whsec_test"
PAYER = {"name": "林知夏", "id_number": "110101199003070070", "phone": "13800138000"}


@dataclass
class Merchant:
    """What arrived at the merchant's webhook; ``answers`` are statuses to give first."""

    url: str = ""
    heard: list[tuple[bytes, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def wait(self, count: int, seconds: float = 5) -> list[tuple[bytes, str]]:
        """Return what was heard once ``count`` deliveries came."""
        end = time.monotonic() + seconds
        while len(self.heard) < count and time.monotonic() < end:
            time.sleep(0.02)
        assert len(self.heard) >= count, f"{len(self.heard)} of {count} deliveries came"
        return list(self.heard)


@dataclass
class Rig:
    """The simulator under test and the hands to work it."""

    url: str
    books: Books
    behaviour: Behaviour
    merchant: Merchant
    client: stripe.StripeClient
    export: Path

    def session(self, **changes: Any) -> Any:
        """Open a Checkout Session as the product does."""
        options: dict[str, Any] = {}
        if "key" in changes:
            options = {"options": {"idempotency_key": changes.pop("key")}}
        params = {
            "mode": "payment",
            "line_items": [line("洁面乳 100ml", 12800, 2), line("运费", 1200, 1)],
            "client_reference_id": "checkout-1",
            "metadata": {"orders": "77,78"},
            "payment_intent_data": {"metadata": {"checkout": "1"}},
            "success_url": "http://127.0.0.1:1/orders/1?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://127.0.0.1:1/orders/1",
            "expires_at": int(time.time()) + 1800,
        } | changes
        return self.client.v1.checkout.sessions.create(params, **options)

    def pay(self, session: Any, **changes: str) -> requests.Response:
        """Pay on the page as a person: open it, fill it in, press the button."""
        with requests.Session() as browser:
            page = browser.get(session.url, timeout=5)
            token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
            form = PAYER | {"csrf_token": token[1] if token else ""} | changes
            return browser.post(session.url, data=form, timeout=5, allow_redirects=False)

    def control(self, **values: object) -> requests.Response:
        """Tell the simulator how to behave."""
        return requests.post(f"{self.url}/_control", json=values, timeout=5)


def line(name: str, unit_amount: int, quantity: int) -> dict[str, Any]:
    """Return one line item with its price spelled out."""
    price = {"currency": "cny", "unit_amount": unit_amount, "product_data": {"name": name}}
    return {"price_data": price, "quantity": quantity}


@contextmanager
def serving(app: Flask) -> Iterator[BaseWSGIServer]:
    """Serve an application on a free port of this machine."""
    web = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield web
    finally:
        web.shutdown()
        thread.join()
        web.server_close()


@contextmanager
def merchant_listening() -> Iterator[Merchant]:
    """A merchant's webhook that keeps what it hears."""
    app, merchant = Flask("merchant"), Merchant()

    @app.post("/webhooks/stripe")
    def hear() -> tuple[str, int]:
        merchant.heard.append((request.get_data(), request.headers["Stripe-Signature"]))
        return "", merchant.answers.pop(0) if merchant.answers else 200

    with serving(app) as web:
        merchant.url = f"http://127.0.0.1:{web.port}/webhooks/stripe"
        yield merchant


@contextmanager
def running(folder: Path) -> Iterator[Rig]:
    """The simulator with its books in ``folder``."""
    with merchant_listening() as merchant, serving(Flask("later")) as web:
        books = Books(str(folder / "stripe.db"), b"k" * 32)
        behaviour = Behaviour(webhook_url=merchant.url)
        url, export = f"http://127.0.0.1:{web.port}", folder / "provider.json"
        web.app = stripe_app(
            books,
            behaviour,
            keys=Keys("sk_test_x", "company_x"),
            rules=Rules(public_url=url),
            export_file=export,
        )
        deliverer = Deliverer(books, behaviour, secret=SECRET, pace=Pace(base_ms=20))
        deliverer.start()
        transport = stripe.RequestsClient(timeout=5)
        client = stripe.StripeClient(
            "sk_test_x",
            base_addresses={"api": url},
            http_client=transport,
            max_network_retries=0,
        )
        yield Rig(url, books, behaviour, merchant, client, export)
        transport.close()
        deliverer.stop()
    books.close()
