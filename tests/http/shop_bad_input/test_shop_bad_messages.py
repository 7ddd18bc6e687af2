"""Bad input from machines: webhooks that are not the provider's, mail that is not customs'."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import text
from stripe import WebhookSignature

from bonded_display.customs import desk
from bonded_display.customs.transport import dxp
from kernel import clock as kernel_clock
from kernel import config, db, deliveries, i18n
from shop.duties import DUTIES
from shop.flow import HANDLERS
from shop.pay_checkout import GRACE
from simulators.customs.issue import issue
from tests.support import sample_house
from tests.support.sample_house import books, one, rows
from tests.unit.customs.receipts import order_receipt

PLATFORM, NAME = "1401962001", "太原前展跨境电子商务有限公司"


@pytest.fixture
def paid(buyer, wallet, clock):
    """An order whose page was opened and paid; the provider's word has not come yet."""
    sample_house.fill_waybills()
    person = buyer()
    checkout_id = person.order(2)
    page = person.get(f"/orders/{checkout_id}")
    assert person.send(page, f"/orders/{checkout_id}/pay").status_code == 303
    wallet.pay(checkout_id)
    return checkout_id


def event(checkout_id: int, clock) -> bytes:
    about = {
        "id": f"pi_{checkout_id}",
        "object": "payment_intent",
        "amount_received": one("SELECT amount_fen FROM payment"),
        "currency": "cny",
        "metadata": {"checkout_id": str(checkout_id)},
    }
    body = {
        "id": "evt_1",
        "object": "event",
        "type": "payment_intent.succeeded",
        "created": clock.now() // 1_000_000,
        "data": {"object": about},
    }
    return json.dumps(body).encode()


def deliver(app, raw: bytes, language: str, *, at_s: int | None, secret: str = ""):
    headers = {"Accept-Language": language, "Content-Type": "application/json"}
    if at_s is not None:
        headers["Stripe-Signature"] = WebhookSignature.generate_signature_header(
            raw.decode(), secret or config.current().stripe_webhook_secret, timestamp=at_s
        )
    return app.test_client().post("/webhooks/stripe", data=raw, headers=headers)


@pytest.mark.parametrize("language", i18n.LANGS)
@pytest.mark.parametrize(
    ("code", "off_s", "secret", "facts"),
    [
        ("webhook_unsigned", None, "", {}),
        ("webhook_forged", 0, "whsec_of_somebody_else", {}),
        ("webhook_stale", -301, "", {"age_s": 301}),
        ("webhook_future", 301, "", {"ahead_s": 301}),
    ],
)
def test_a_webhook_that_is_not_taken(app, paid, clock, language, code, off_s, secret, facts):
    """Unsigned, forged, too old, from a time to come: the order stays unpaid; then a good one."""
    raw, now_s = event(paid, clock), clock.now() // 1_000_000
    before = books()

    at_s = None if off_s is None else now_s + off_s
    answer = deliver(app, raw, language, at_s=at_s, secret=secret)

    assert answer.status_code == 422
    assert answer.json["code"] == code
    assert answer.json["title"] == i18n.text(f"{code}.what", language, **facts)
    assert answer.json["detail"] == i18n.text(f"{code}.why", language, **facts)
    assert answer.json["next"] == i18n.text(f"{code}.next", language, **facts)
    assert books() == before

    assert deliver(app, raw, language, at_s=now_s).json["state"] == "done"
    assert one("SELECT state FROM customs_order") == "paid"


def test_a_signed_webhook_that_is_no_event(app, paid, clock):
    """The secret is right, the body is no event: refused, the books as they were."""
    before = books()

    answer = deliver(app, b'{"id": 1}', "en", at_s=clock.now() // 1_000_000)

    assert answer.json["code"] == "webhook_unreadable"
    assert books() == before


@pytest.mark.parametrize("language", i18n.LANGS)
def test_a_reservation_that_ended_before_the_money_came(app, paid, buyer, clock, wallet, language):
    """The page's last word comes late, another has the pieces: owed, refunded, said so."""
    clock.set(one("SELECT expires_at FROM payment") + GRACE)
    _duty("sweep_expired")
    buyer(2).order(6)
    raw = event(paid, clock)

    answer = deliver(app, raw, language, at_s=clock.now() // 1_000_000)
    for _ in range(4):
        deliveries.run_due(HANDLERS)
        clock.tick(1)

    assert answer.json["state"] == "done"
    total = one("SELECT total_fen FROM checkout WHERE id = :id", id=paid)
    assert list(wallet.refunds.values()) == [(f"pi_{paid}", total)]
    assert one("SELECT state FROM payment") == "refunded"
    assert one("SELECT SUM(amount_fen) FROM entry WHERE account_code = '1012.01'") == 0
    assert sample_house.held_is_reserved()
    assert one("SELECT used_fen FROM limit_year ORDER BY used_fen LIMIT 1") == 0


def _duty(name: str) -> None:
    next(run for known, _, run in DUTIES if known == name)()


@pytest.fixture
def mailbox(sample, tmp_path):
    """Our mailbox at customs, with a desk that reads it."""
    key = issue(PLATFORM, NAME, out=tmp_path / "keys", trust=tmp_path / "trust")
    settings = replace(config.current(), signing_key_file=str(key))
    desk.use(desk.open_desk(settings))
    yield tmp_path / "home" / "dxp" / settings.dxp_id
    desk.use(None)


GARBAGE = {
    "a-cut.xml": b"<?xml version='1.0'?><dxp:DxpMsg xmlns:dxp='http://www.chinapo",
    "b-entity.xml": b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
    "c-other.xml": b"<note>no envelope</note>",
    "d-empty.xml": b"",
    "e-bytes.xml": bytes(range(256)),
}


def test_malformed_xml_from_customs_is_parked_and_the_service_goes_on(
    app, paid, mailbox, clock, buyer
):
    """Five letters that are none lie before a good one: each set aside, sealed; the good one read."""
    assert deliver(app, event(paid, clock), "en", at_s=clock.now() // 1_000_000).status_code == 200
    order_no = one("SELECT order_no FROM customs_order")
    before = books()
    for name, raw in GARBAGE.items():
        (mailbox / "in" / name).write_bytes(raw)
    time = kernel_clock.china_text_ms(clock.now())
    good = order_receipt(order_no, status=2, time=time, platform=PLATFORM).encode()
    envelope = dxp.Envelope("M1", "DXPEDCCEB0000002", "DXPQZPLATFORM001", "CEB312Message", 0)
    (mailbox / "in" / "z-good.xml").write_bytes(dxp.wrap(envelope, good))

    _duty("take_in_mail")
    _duty("take_in_mail")

    assert list((mailbox / "in").iterdir()) == []
    bad = sorted(path.name for path in (mailbox / "bad").iterdir())
    assert bad == sorted(f"{name}.{end}" for name in GARBAGE for end in ("reason", "sealed"))
    assert len(rows("SELECT id FROM customs_mail")) == 1
    assert one("SELECT count(*) FROM audit_line WHERE verb = 'customs.mail_parked'") == 5
    assert {**books(), "customs_receipt": []} == before
    with db.read() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    answer = buyer(3).get(buyer(4).sample.label)
    assert answer.status_code == 200


def test_the_page_of_an_owed_order_says_that_the_money_goes_back(paid, buyer, clock):
    """The shopper looks: owed is said in their words, in both languages."""
    with db.write() as connection:
        connection.execute(text("UPDATE customs_order SET state = 'owed'"))
        connection.execute(text("UPDATE checkout SET state = 'owed'"))
        owner = one("SELECT owner FROM checkout")
    assert owner.startswith("account:")
    for language in i18n.LANGS:
        person = buyer(7 if language == "en" else 8, language)
        with db.write() as connection:
            connection.execute(
                text("UPDATE checkout SET owner = :owner"), {"owner": person.who.actor.owner}
            )
        page = person.get(f"/orders/{paid}")
        assert i18n.text("ended_owed_text", language) in page.text
