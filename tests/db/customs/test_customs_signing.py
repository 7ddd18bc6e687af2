"""Who signs our documents, when a device does it, and whose signature under mail is believed."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bonded_display.customs import desk
from bonded_display.customs.errors import SignerBusy, SigningKeyUnfit
from bonded_display.customs.messages.xml import read_xml
from bonded_display.customs.sendings import resend, send_unsent
from bonded_display.customs.sign import xmldsig
from bonded_display.customs.sign.control import Control
from bonded_display.customs.sign.device import DeviceSigner
from bonded_display.customs.sign.methods import Methods
from bonded_display.customs.sign.trust import Trust, read_trust
from bonded_display.customs.submit_list import submit_list
from bonded_display.customs.submit_order import submit_order
from bonded_display.customs.take_in_mail import TakenIn, take_in_mail
from bonded_display.customs.transport import dxp
from kernel import clock as kernel_clock
from kernel.config import Config
from tests.db.customs.office import AT, Office
from tests.support.certificates import certified, key_file, rsa_pair
from tests.support.local_control import PASSWORD, LocalControl, running
from tests.unit.customs.examples import CONSIGNEE, DAY, PERSON, order, signer
from tests.unit.customs.receipts import message, order_receipt

RECEIPT = order_receipt(order().order_no, status=120, time=AT)


@pytest.fixture
def control() -> Iterator[LocalControl]:
    with running(certified()) as found:
        yield found


@pytest.fixture
def carded(office: Office, control: LocalControl) -> Office:
    """The office whose key lives in a card."""
    line = Control(control.url, PASSWORD, answer_s=20)
    card = DeviceSigner(control.card, control.card.public_key, line, per_minute=60_000)
    desk.use(replace(office.desk, signer=card))
    return office


def sent(office: Office) -> bytes:
    ((_, raw),) = office.out().items()
    return raw


def test_a_card_signs_after_the_transaction_and_its_bytes_are_kept(carded, control) -> None:
    """Stored open, signed, stored again, sent; what is stored is what went, also a second time."""
    first = submit_order(order())
    raw = sent(carded)
    resend(first.message_id)

    assert xmldsig.holds(read_xml(raw), control.card.public_key)
    assert sent(carded) == raw
    assert len(control.asked) == 1


def test_a_list_is_signed_by_the_card_too(carded, control) -> None:
    """The list holds to the order document that the card signed before."""
    submit_list(carded.ready(), PERSON, CONSIGNEE)

    assert [name[:6] for name in sorted(carded.out())] == ["CEB311", "CEB621"]
    assert all(
        xmldsig.holds(read_xml(raw), control.card.public_key) for raw in carded.out().values()
    )


def test_without_its_card_the_desk_keeps_the_document_and_signs_it_later(carded, control) -> None:
    """Nothing goes out unsigned; once the reader is well the stored document is signed and sent."""
    control.faults = ["reader"]
    with pytest.raises(SignerBusy):
        submit_order(order())
    assert carded.out() == {}
    assert [row.sent_at for row in carded.messages()] == [None]

    desk.current().signer._rest_until = 0
    assert send_unsent(older_than=0) == 1

    assert xmldsig.holds(read_xml(sent(carded)), control.card.public_key)


def test_a_keys_fault_sets_no_message_aside_and_they_go_once_it_fits(carded, control) -> None:
    """A wrong password for three documents: none is anybody's to mend but the key's; all go then."""
    right = desk.current()
    for number in (42, 43, 44):
        control.faults = ["reader"]
        right.signer._rest_until = 0
        with pytest.raises(SignerBusy):
            submit_order(order(number))
    wrong = Control(control.url, "00000000", answer_s=20)
    card = DeviceSigner(control.card, control.card.public_key, wrong, per_minute=60_000)
    desk.use(replace(right, signer=card))

    assert send_unsent(older_than=0) == 0
    desk.use(right)
    right.signer._rest_until = 0

    assert send_unsent(older_than=0) == 3
    assert len(carded.out()) == 3


def test_two_workers_that_sign_the_same_message_send_the_same_bytes(
    carded, control, monkeypatch
) -> None:
    """Each signature differs: the one that was stored first goes out, from both."""
    control.faults = ["reader"]
    with pytest.raises(SignerBusy):
        submit_order(order())
    signs = desk.current().signer
    signs._rest_until = 0
    real = signs.sign
    (row,) = carded.messages()

    def sign_while_another_does(text: bytes, at: int, *, method: str = "") -> bytes:
        monkeypatch.setattr(signs, "sign", real)
        resend(row.id)
        return real(text, at, method=method)

    monkeypatch.setattr(signs, "sign", sign_while_another_does)
    resend(row.id)

    assert len(control.asked) == 3
    assert xmldsig.holds(read_xml(sent(carded)), control.card.public_key)
    (row,) = carded.messages()
    resend(row.id)
    assert len(control.asked) == 3


def test_a_document_that_waited_over_the_renewal_is_signed_with_the_new_card(
    carded, control, clock
) -> None:
    """The key it names has ended meanwhile; the same company's next one signs, and is named."""
    control.faults = ["reader"]
    with pytest.raises(SignerBusy):
        submit_order(order())
    new = replace(certified(key_no="03010099"), not_after=kernel_clock.now() + 800 * DAY)
    desk.use(replace(desk.current(), more_signers=(new,)))
    clock.set(kernel_clock.now() + 366 * DAY)

    assert send_unsent(older_than=0) == 1

    root = read_xml(sent(carded))
    assert xmldsig.holds(root, new.public_key)
    assert xmldsig.key_name(root) == "03010099"


def test_each_company_signs_with_its_own_key(office) -> None:
    """The transmitter's key lies second in the folder; with the courier's alone nothing goes."""
    own = signer()
    desk.use(replace(office.desk, signer=signer("1401960004"), more_signers=(own,)))

    submit_order(order())

    assert xmldsig.holds(read_xml(sent(office)), own.public_key)


def test_an_expired_key_blocks_and_nothing_is_stored(office, clock) -> None:
    """On the day after its year."""
    clock.set(kernel_clock.now() + 366 * DAY)

    with pytest.raises(SigningKeyUnfit) as refused:
        submit_order(order())

    assert refused.value.reason == "expired"
    assert office.messages() == []


def signed_mail(key, text: str = RECEIPT, chosen: Methods | None = None) -> bytes:
    raw = xmldsig.signed(read_xml(message(text)), key, chosen or Methods(), at=kernel_clock.now())
    envelope = dxp.Envelope("PORT", "DXPEDCCEB0000002", "DXPQZPLATFORM001", "CEB312Message", 0)
    return dxp.wrap(envelope, raw)


def forged(raw: bytes) -> bytes:
    """Return the mail with another status under the same signature."""
    envelope = dxp.Envelope("PORT", "DXPEDCCEB0000002", "DXPQZPLATFORM001", "CEB312Message", 0)
    changed = dxp.unwrap(raw).replace(b">120<", b">2<")
    return dxp.wrap(envelope, changed)


@pytest.fixture
def trusting(office: Office, tmp_path: Path) -> Office:
    """The office, with the folder of certificates that it believes."""
    (tmp_path / "trust").mkdir()
    return office


def trust(folder: Path, *keys, required: bool = False) -> None:
    for number, key in enumerate(keys):
        (folder / f"{number}.cer").write_bytes(base64.b64decode(key.certificate_b64))
    desk.use(replace(desk.current(), trust=read_trust(folder, required=required)))


def test_mail_that_a_believed_key_signed_is_taken(trusting, tmp_path) -> None:
    """The whole message is under the signature."""
    customs = certified("0500000000")
    trust(tmp_path / "trust", customs)
    submit_order(order())
    trusting.put(signed_mail(customs), "1.xml")

    assert take_in_mail() == TakenIn(recorded=1)
    assert trusting.documents()["order"] == "ACCEPTED"


def test_forged_mail_is_parked_with_its_reason_and_the_service_goes_on(trusting, tmp_path) -> None:
    """Changed after signing, a stranger's key, a stranger under a believed name, two signatures.

    The books stay as they were, and the true mail behind them is taken.
    """
    customs, stranger = certified("0500000000"), certified("0500000000")
    trust(tmp_path / "trust", customs)
    submit_order(order())
    before = trusting.books()
    false_name = replace(stranger, certificate_b64=customs.certificate_b64)
    twice = dxp.unwrap(signed_mail(customs))
    signature = twice[twice.index(b"<ds:Signature ") : twice.index(b"</CEB312Message>")]
    envelope = dxp.Envelope("PORT", "DXPEDCCEB0000002", "DXPQZPLATFORM001", "CEB312Message", 0)
    cases = {
        "changed": (forged(signed_mail(customs)), "signature_forged"),
        "stranger": (signed_mail(stranger), "signature_unknown"),
        "name": (signed_mail(false_name), "signature_forged"),
        "twice": (dxp.wrap(envelope, twice.replace(signature, signature * 2)), "signature_place"),
        "bare": (signed_mail(replace(customs, certificate_b64="")), "signature_unknown"),
    }
    for name, (raw, _) in cases.items():
        trusting.put(raw, f"{name}.xml")

    assert take_in_mail() == TakenIn(parked=5)

    assert trusting.books() == before
    for name, (_, reason) in cases.items():
        told = (trusting.folder / "bad" / f"{name}.xml.reason").read_text()
        assert told.startswith(reason), name
    trusting.put(signed_mail(customs), "true.xml")
    assert take_in_mail() == TakenIn(recorded=1)


def test_a_signature_outside_the_certificates_dates_is_parked(trusting, tmp_path, clock) -> None:
    """A key that customs gave up a year ago."""
    customs = certified("0500000000", not_after=kernel_clock.now() + 800 * DAY)
    trust(tmp_path / "trust", customs)
    clock.set(kernel_clock.now() + 366 * DAY)
    trusting.put(signed_mail(customs), "1.xml")

    assert take_in_mail() == TakenIn(parked=1)
    told = (trusting.folder / "bad" / "1.xml.reason").read_text()
    assert told.startswith("signature_dates")


def test_where_a_signature_is_required_unsigned_mail_is_parked(trusting, tmp_path) -> None:
    """By their schema receipts carry none, so this is a setting for gateways that sign all."""
    submit_order(order())
    envelope = dxp.Envelope("PORT", "DXPEDCCEB0000002", "DXPQZPLATFORM001", "CEB312Message", 0)
    plain = dxp.wrap(envelope, message(RECEIPT))
    trust(tmp_path / "trust", required=True)
    trusting.put(plain, "1.xml")
    assert take_in_mail() == TakenIn(parked=1)

    desk.use(replace(desk.current(), trust=Trust()))
    trusting.put(plain, "2.xml")
    assert take_in_mail() == TakenIn(recorded=1)


def test_the_settings_open_the_desk(office, tmp_path: Path) -> None:
    """A folder of keys, a folder of certificates, whether mail must be signed."""
    keys, believed = tmp_path / "keys", tmp_path / "believed"
    keys.mkdir()
    believed.mkdir()
    key_file(keys / "a.json", certified())
    key_file(keys / "b.json", certified("1401960004"))
    _, der = rsa_pair()
    (believed / "port.crt").write_bytes(der)
    settings = Config(
        dxp_dir=str(tmp_path / "dxp2"),
        signing_key_file=str(keys),
        trusted_certificates_dir=str(believed),
        mail_signature="required",
    )

    opened = desk.open_desk(settings)

    codes = [key.holder_code for key in opened.keyring.signers]
    assert codes == ["1401960001", "1401960004"]
    assert opened.trust.required
    assert list(opened.trust.certificates) == [der]
    (believed / "broken.pem").write_text("nothing")
    with pytest.raises(ValueError, match=r"broken\.pem"):
        desk.open_desk(settings)
