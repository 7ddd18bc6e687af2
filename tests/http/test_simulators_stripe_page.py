"""The Stripe simulator's pay page takes money once, from a payer who can be."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import stripe
import zxingcpp
from PIL import Image

from tests.http.stripe_rig import PAYER, Rig, running


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with running(tmp_path) as rig:
        yield rig


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("id_number", "110101199003070071"),
        ("id_number", "11010119900230007X"),
        ("name", ""),
        ("phone", "12345"),
    ],
)
def test_a_payer_who_cannot_be_is_refused_beside_the_field(
    rig: Rig, field: str, typed: str
) -> None:
    """A wrong check digit, no name, no mobile: the page says where, and nothing is charged."""
    session = rig.session()

    answer = rig.pay(session, **{field: typed})

    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    assert PAYER["name"] in answer.text or field == "name"
    assert rig.client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_a_form_of_another_site_is_refused(rig: Rig) -> None:
    """Without the page's own token nothing is charged."""
    session = rig.session()

    answer = rig.pay(session, csrf_token="guessed")

    assert answer.status_code == 403
    assert rig.client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_the_button_pressed_twice_charges_once(rig: Rig) -> None:
    """Four presses at the same moment: one payment, each browser is led back to the order."""
    session, codes = rig.session(), []

    def press() -> None:
        codes.append(rig.pay(session).status_code)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert codes.count(303) >= 1
    assert set(codes) <= {303, 403}  # a page opened after the payment has no form to press
    assert len(rig.client.v1.payment_intents.list().data) == 1


def test_a_phone_reads_the_pages_own_address_off_it(rig: Rig) -> None:
    """A page open on a desk shows a code that leads a phone to the same payment."""
    session = rig.session()

    page = requests.get(session.url, timeout=5).text
    (where,) = re.findall(r'<img src="([^"]+)"', page)
    drawn = requests.get(rig.url + where, timeout=5)

    assert drawn.headers["Content-Type"] == "image/svg+xml"
    assert [code.text for code in zxingcpp.read_barcodes(_drawn(drawn.text))] == [session.url]
    rig.pay(session)
    assert "<img" not in requests.get(session.url, timeout=5).text
    assert requests.get(rig.url + where, timeout=5).status_code == 404


def _drawn(page: str) -> Image.Image:
    side = int(re.findall(r'viewBox="0 0 ([0-9]+) ', page)[0])
    picture = Image.new("L", (side, side), 255)
    for x, y in re.findall(r"M([0-9]+) ([0-9]+)h1v1h-1z", page):
        picture.putpixel((int(x), int(y)), 0)
    return picture.resize((side * 4, side * 4), Image.Resampling.NEAREST)


def test_a_session_past_its_time_cannot_be_paid(rig: Rig) -> None:
    """The merchant ends it: the page says that nothing was charged, and an event says so too."""
    session = rig.session()
    rig.client.v1.checkout.sessions.expire(session.id)

    answer = rig.pay(session, csrf_token="x")

    page = requests.get(session.url, timeout=5)
    assert "没有扣款" in page.text
    assert answer.status_code in (403, 409)
    assert json.loads(rig.merchant.wait(1)[0][0])["type"] == "checkout.session.expired"
    with pytest.raises(stripe.InvalidRequestError):
        rig.client.v1.checkout.sessions.expire(session.id)


def test_only_the_payment_company_learns_the_payer(rig: Rig, tmp_path: Path) -> None:
    """With its own key the company reads gross and payer; the books hold the payer sealed."""
    session = rig.session()
    rig.pay(session)
    intent = rig.client.v1.checkout.sessions.retrieve(session.id).payment_intent
    url = f"{rig.url}/_company/payments/{intent}"

    seen = requests.get(url, headers={"Authorization": "Bearer company_x"}, timeout=5)
    denied = requests.get(url, headers={"Authorization": "Bearer sk_test_x"}, timeout=5)
    unknown = requests.get(f"{url}0", headers={"Authorization": "Bearer company_x"}, timeout=5)

    assert (denied.status_code, unknown.status_code) == (401, 404)
    assert seen.json()["gross_fen"] == 26800
    assert seen.json()["currency"] == "cny"
    assert seen.json()["payer"] == PAYER
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert session.id.encode() in written
    for secret in PAYER.values():
        assert secret.encode() not in written
