"""Mail set aside is listed with reason and age, and taken in again by one button, or the command."""

import base64
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bonded_display.customs import desk as customs_desk
from bonded_display.customs.handed import Parties
from bonded_display.customs.sign.trust import Trust
from bonded_display.customs.submit_order import submit_order
from bonded_display.customs.take_in_mail import take_in_mail
from kernel import clock, config
from shop.handovers.customs_desk import order_document
from tests.db.customs.test_customs_signing import signed_mail
from tests.http.back_office.house import DXP_ID, Operator, Trade, audits
from tests.support.certificates import certified
from tests.support.sample_house import one
from tests.unit.customs.examples import PARTIES
from tests.unit.customs.receipts import order_receipt

PAGE = "/back-office/customs/parked"


@pytest.fixture
def trust(app, trade: Trade, tmp_path: Path) -> Iterator[Path]:
    """The settings lead to the desk's own folders; the folder of trusted certificates is empty."""
    del app
    folder = tmp_path / "trust"
    folder.mkdir()
    config.use(
        replace(
            config.current(),
            dxp_dir=str(trade.folder.parent),
            dxp_id=DXP_ID,
            trusted_certificates_dir=str(folder),
        )
    )
    return folder


def parked(trade: Trade):
    """Return a paid order whose 311's answer was set aside, and who signed that."""
    order, key = trade.paid(), certified("0500000000")
    submit_order(order_document(order, paid_by=None))
    parties = Parties.from_text(order.parties)
    text = order_receipt(
        order.order_no,
        status=120,
        time=clock.china_text_ms(clock.now()),
        platform=parties.platform.code,
    ).replace(PARTIES.merchant.code, parties.merchant.code)
    (trade.folder / "in" / "1.xml").write_bytes(signed_mail(key, text))
    customs_desk.use(replace(customs_desk.current(), trust=Trust()))
    assert take_in_mail().parked == 1
    return order, key


def test_mail_of_an_unknown_certificate_is_taken_in_from_the_page(
    trade: Trade, operator: Operator, trust: Path
) -> None:
    """Listed; pressed too early it stays; once the certificate lies there it is recorded, once."""
    order, key = parked(trade)
    word = trade.folder / "bad" / "1.xml.reason"
    os.utime(word, (0, clock.now() / 1_000_000 - 7_200))
    assert '搁置的来件 <b class="digits">1</b>' in operator.see("/back-office/customs/").text
    assert "1 份来件被搁置，最早的已有 2 小时" in operator.see("/back-office/readiness").text
    page = operator.see(PAGE).text
    assert "证书不在信任目录里" in page
    assert "2 小时前" in page

    operator.press(PAGE, PAGE)
    assert "1 份的证书仍未被信任" in operator.see(PAGE).text
    (trust / "customs.cer").write_bytes(base64.b64decode(key.certificate_b64))
    operator.press(PAGE, PAGE)

    told = operator.see(PAGE).text
    assert "收下 1 份" in told
    assert "没有搁置的来件" in told
    assert one("SELECT state FROM document WHERE order_id = :id", id=order.id) == "ACCEPTED"
    staff = one("SELECT id FROM staff")
    assert audits("customs.parked_mail_taken") == [(f"staff:{staff}", "customs_mail:1.xml")]


def test_a_file_that_is_no_certificate_is_told_and_nothing_changes(
    trade: Trade, operator: Operator, trust: Path
) -> None:
    """Its name is on the page; who has no token or is no operator moves nothing."""
    parked(trade)
    (trust / "wrong.cer").write_bytes(b"no certificate")

    refused = operator.press(PAGE, PAGE)

    assert refused.status_code == 409
    assert "wrong.cer" in refused.text
    assert operator.client.post(PAGE).status_code == 403
    assert (trade.folder / "bad" / "1.xml.sealed").exists()
