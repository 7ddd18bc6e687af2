"""Messages that were signed and cannot be sent, as an administrator finds and sends them."""

import hashlib
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from bonded_display.customs import desk as customs_desk
from bonded_display.customs.desk import Desk
from bonded_display.customs.sendings import send_unsent
from bonded_display.customs.transport.directory import DirectoryMailbox
from kernel import clock, crypto, db, i18n, ids
from settlement.tax import guarantees
from tests.http.finance.conftest import counted
from tests.support.sample_house import one, rows
from tests.unit.customs.examples import signer

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

PATH = "/operations/messages"
PLAIN = b"<CEB311/>"
DXP_ID = "DXPQZPLATFORM001"


@pytest.fixture
def stuck(database, tmp_path) -> Iterator[int]:
    """A message whose stored bytes are not those that were signed: set aside by the duty."""
    mailbox = DirectoryMailbox(tmp_path / "dxp", DXP_ID)
    customs_desk.use(Desk(signer=signer(), mailbox=mailbox, guarantees=guarantees, dxp_id=DXP_ID))
    message_id = ids.new()
    with db.write() as conn:
        conn.execute(
            text(
                "INSERT INTO customs_message (id, kind, order_id, guid, signed_sealed, sha256,"
                " built_at) VALUES (:id, 'CEB311', 7, :guid, :sealed, 'damaged', :at)"
            ),
            {
                "id": message_id,
                "guid": f"{message_id:036d}",
                "sealed": crypto.seal(PLAIN, f"customs_message.signed:{message_id}"),
                "at": clock.now() - clock.MINUTE,
            },
        )
    assert send_unsent() == 0
    yield message_id
    customs_desk.use(None)


def test_what_is_set_aside_is_counted_and_listed(stuck, enter):
    """On the first page as a number that leads to the list; there with why, within 12 queries."""
    for language, words in (("zh-CN", "已经签名，却没有发给海关"), ("en", "did not go to customs")):
        person = enter("admin", language)
        front = person.get("/operations/").text
        warned = front[front.index('<ul class="warnings">') : front.index("</ul>")]
        assert f"{i18n.text('health.kind.stuck', language)}</strong> <b>1</b>" in warned
        assert f'href="{PATH}"' in warned
        with counted() as told:
            page = person.get(PATH).text
        assert len(told) <= 12
        assert words in page
        assert "RuntimeError" in page
        assert f"{stuck:036d}" in page
        assert "operations." not in re.sub(r"<[^>]+>", " ", page.partition("<main")[2])


def test_while_its_fault_is_there_it_stays(stuck, enter):
    """The answer stands at the message, which is still set aside."""
    person = enter("admin")

    answer = person.send(person.get(PATH), f"{PATH}/{stuck}/send")

    assert answer.status_code == 409
    assert "它自身的问题还在：RuntimeError" in answer.text
    assert rows("SELECT message_id FROM message_trouble") == [(stuck,)]


def test_once_mended_it_is_sent_and_gone_from_the_list(stuck, enter):
    """The very bytes go; who let them go is in the audit."""
    person = enter("admin")
    page = person.get(PATH)
    with db.write() as conn:
        conn.execute(
            text("UPDATE customs_message SET sha256 = :right"),
            {"right": hashlib.sha256(PLAIN).hexdigest()},
        )
    answer = person.send(page, f"{PATH}/{stuck}/send")

    assert answer.status_code == 303, answer.text
    assert one("SELECT sent_at FROM customs_message") is not None
    assert "没有发不出的报文" in person.get(PATH).text
    assert rows("SELECT verb, subject FROM audit_line WHERE verb = 'send_again'") == [
        ("send_again", f"customs_message:{stuck}")
    ]


def test_only_administrators_send_again(stuck, enter):
    """Finance has its own pages."""
    assert enter("finance").get(PATH).status_code == 403
