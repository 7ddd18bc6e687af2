"""Letters: broken ones, repeated ones, scripted trouble, a crash between two steps."""

import base64

import pytest

from simulators import ceb, mailbox, signature
from simulators.customs import sending
from simulators.mailbox import BadEnvelope, Letter, Mailbox
from tests.unit.simulators.sim_documents import PAYER, PLATFORM, Sale, transfer


def files_of(desk, by=PLATFORM):
    box = Mailbox(desk.dxp, by[2])
    return mailbox.waiting(box.outgoing), mailbox.waiting(box.incoming)


@pytest.mark.parametrize(
    "content",
    [
        b"not xml",
        b"<a/>",
        b'<DxpMsg xmlns="http://www.chinaport.gov.cn/dxp" ver="1.0"/>',
        b"\xff\xfe\x00",
    ],
)
def test_a_broken_envelope_is_answered_and_deleted(desk, content):
    """Its owner hears CEB900 with the file's name and the original."""
    desk.drop("broken.xml", content)

    desk.work()

    [(kind, head, _)] = desk.heard()
    assert kind == "CEB900"
    assert int(head["returnStatus"]) < 0
    assert head["oriCopMsgId"] == "broken"
    assert base64.b64decode(head["oriBizMessage"]) == content
    assert files_of(desk)[0] == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ((b"<acturalPaid>", b"<paid>", b"</acturalPaid>", b"</paid>"), "acturalPaid"),
        ((b">142<", b">840<"), "currency"),
        ((b"<appType>1<", b"<appType><"), "appType"),
        ((b"?>", b"?><!DOCTYPE a [<!ENTITY e 'x'>]>"), "不是XML"),
        ((b"CEB311Message", b"CEB303Message"), "不受理"),
    ],
)
def test_a_message_of_wrong_form_is_answered_by_the_port(desk, change, named):
    """CEB900 names the element, never a value; nothing enters the books."""

    def spoil(data):
        for old, new in zip(change[::2], change[1::2], strict=True):
            data = data.replace(old, new)
        return data

    status, info = desk.told("CEB311", Sale("D1").order(), change=spoil)

    assert status == "-1"
    assert named in info
    assert desk.books()["documents"]["CEB311"] == {}


def test_a_letter_in_a_strangers_name_is_refused(desk):
    """The envelope names the payment company, the mailbox is the platform's."""
    root = ceb.build("CEB311", [Sale("D2").order()], transfer={
        "copCode": PLATFORM[0], "copName": PLATFORM[1], "dxpMode": "DXP", "dxpId": PLATFORM[2],
    })  # fmt: skip
    letter = Letter("x", PAYER[2], mailbox.CUSTOMS_ID, "CEB311Message", ceb.to_bytes(root))
    desk.drop("x.xml", mailbox.wrap(letter, sending.china_now()))

    desk.work()

    [(kind, head, _)] = desk.heard()
    assert (kind, "SenderId" in head["returnInfo"]) == ("CEB900", True)


def test_a_repeated_letter_is_one_delivery(desk):
    """The same CopMsgId with the same message: after a crash of the sender, say."""
    data = desk.send("CEB311", Sale("D3").order())
    desk.work()
    first = desk.post("CEB311", data, name="again")
    desk.work()
    heard = desk.answers("D3")

    desk.post("CEB311", data, name=first)
    desk.work()

    assert heard == ["2", "120", "2", "-301010"]
    assert desk.answers("D3") == heard
    assert files_of(desk)[0] == []


def test_a_crash_before_the_file_is_deleted_changes_nothing(desk, monkeypatch):
    """Taken into the books, then killed: the start finds the file, and knows it."""
    monkeypatch.setattr(mailbox, "take_away", lambda path: None)
    desk.send("CEB311", Sale("D4").order())
    desk.office.intake.step()
    monkeypatch.undo()
    desk.office.books.close()

    desk.office = desk.opened()
    desk.work()

    assert desk.answers("D4") == ["2", "120"]
    assert files_of(desk)[0] == []


def test_a_crash_after_an_answer_is_written_repeats_it_byte_by_byte(desk, monkeypatch):
    """Written, not noted: the same file names with the same messages come again."""
    desk.send("CEB311", Sale("D5").order())
    desk.office.intake.step()

    def crash(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(desk.office.export, "sent", crash)
    with pytest.raises(KeyboardInterrupt):
        desk.office.sending.step()
    [path] = files_of(desk)[1]
    first = mailbox.unwrap(path.read_bytes()).data
    monkeypatch.undo()

    desk.work()

    assert desk.answers("D5") == ["2", "120"]
    assert mailbox.unwrap(path.read_bytes()).data == first


def test_a_scripted_refusal_meets_one_order_only(desk):
    """-621005 for one list, the other passes."""
    desk.script({"match": {"kind": "CEB621", "cop_no": "CE1"}, "do": "reject", "code": "-621005"})
    for sale in (Sale("E1", "W1"), Sale("E2", "W2")):
        desk.documents(sale)
        desk.told("CEB621", sale.listed())

    assert desk.answers("CE1") == ["2", "-621005"]
    assert desk.answers("CE2") == ["2", "120", "800", "816"]


def test_scripted_trouble_on_receipts(desk):
    """A receipt twice, one broken, a bill off by a fen; the books stay right."""
    desk.script(
        {"match": {"kind": "CEB311", "status": "120"}, "do": "duplicate"},
        {"match": {"kind": "CEB621", "status": "2"}, "do": "malformed"},
        {"match": {"kind": "CEB621", "status": "816"}, "do": "wrong_816_fen", "fen": 1},
    )
    sale = Sale("E3")
    desk.documents(sale)
    desk.told("CEB621", sale.listed())

    heard = desk.heard()
    bill = next(head for kind, head, _ in heard if kind == "CEB816")

    assert desk.answers("E3") == ["2", "120", "120"]
    assert [kind for kind, _, _ in heard].count("broken") == 1
    assert bill["valueAddedTax"] == "25.13"
    assert desk.rows("SELECT value_added_tax FROM tax_bill") == [{"value_added_tax": "25.12"}]


def test_a_late_receipt_keeps_its_time(desk):
    """120 is written after 800, and says an earlier returnTime."""
    late = {"match": {"kind": "CEB621", "status": "120"}, "do": "late", "delay_ms": 60_000}
    desk.script(late)
    sale = Sale("E4")
    desk.documents(sale)
    desk.told("CEB621", sale.listed())
    early = desk.answers("CE4")

    with desk.office.books.write() as conn:
        conn.execute("UPDATE receipt SET write_at = 0")
    desk.work()

    assert early == ["2", "800", "816"]
    times = {h["returnStatus"]: h["returnTime"] for k, h, _ in desk.heard() if k == "CEB622"}
    assert times["2"] < times["120"] < times["800"]


def test_a_message_lost_once_is_taken_the_second_time(desk):
    """The wire swallows the letter; the very same letter again arrives."""
    desk.script({"match": {"kind": "CEB311"}, "do": "lost_once"})
    root = ceb.build("CEB311", [Sale("E5").order()], transfer=transfer(PLATFORM))
    signature.sign(root, desk.keys[PLATFORM[0]])
    letter = desk.post("CEB311", ceb.to_bytes(root))
    desk.work()
    silent = desk.answers("E5")

    desk.post("CEB311", ceb.to_bytes(root), name=letter)
    desk.work()

    assert (silent, desk.answers("E5")) == ([], ["2", "120"])


def test_a_letter_that_customs_stumbles_over_stops_no_other(desk, monkeypatch):
    """A fault of customs' own: the letter stays, the next one is answered; a start takes it."""
    judging = desk.office.intake._judging
    real = judging.judge

    def stumble(conn, case):
        if case.to.label == "G1":
            raise ZeroDivisionError
        real(conn, case)

    monkeypatch.setattr(judging, "judge", stumble)
    desk.send("CEB311", Sale("G1").order())
    desk.send("CEB311", Sale("G2").order())
    desk.work()
    heard, left = (desk.answers("G1"), desk.answers("G2")), len(files_of(desk)[0])
    desk.office.books.close()

    desk.office = desk.opened()
    desk.work()

    assert (heard, left) == (([], ["2", "120"]), 1)
    assert desk.answers("G1") == ["2", "120"]
    assert files_of(desk)[0] == []


def test_a_scripted_chain_goes_by_inspection(desk):
    """Statuses as told, each followed by the list's state; without 800 there is no bill."""
    desk.script(
        {"match": {"cop_no": "CE6"}, "do": "chain", "statuses": ["2", "120", "500"]},
    )
    sale = Sale("E6")
    desk.documents(sale)

    desk.told("CEB621", sale.listed())

    assert desk.answers("CE6") == ["2", "120", "500"]
    assert desk.books()["lists"] == {"inspection": 1}
    assert desk.books()["tax_bills"]["count"] == 0


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"match": {"colour": "red"}, "do": "reject"},
        {"match": {}, "do": "explode"},
        {"match": {}, "do": "delay"},
        {"match": {}, "do": "chain"},
        {"match": {}, "do": "reject", "colour": "red"},
    ],
)
def test_a_script_that_cannot_be_followed_is_refused_and_the_old_one_stays(desk, rule):
    """Asked over HTTP: 422, and the rule before still acts."""
    desk.script({"match": {"kind": "CEB311"}, "do": "reject", "code": "-301010"})

    answer = desk.office.web().test_client().post("/_control", json={"script": [rule]})

    assert answer.status_code == 422
    assert desk.told("CEB311", Sale("E7").order())[0] == "-301010"


def test_the_export_can_be_switched_off(tmp_path, desk):
    """The second message is in the books and in no plain copy."""
    desk.office.export._folder, desk.office.export.is_on = tmp_path / "plain", True
    desk.told("CEB311", Sale("F1").order())
    desk.office.web().test_client().post("/_control", json={"export": False})

    desk.told("CEB311", Sale("F2").order())

    names = sorted(path.name for path in (tmp_path / "plain").rglob("*.xml"))
    assert names == ["CEB311-F1-1.xml", "CEB312-F1-1.xml", "CEB312-F1-2.xml"]


@pytest.mark.parametrize("receiver", ["DXPX", ""])
def test_an_envelope_comes_back_as_it_went(receiver):
    """Wrap, unwrap."""
    letter = Letter("id-1", "DXPA", receiver, "CEB311Message", "<a>晋</a>".encode())

    assert mailbox.unwrap(mailbox.wrap(letter, sending.china_now())) == letter


def test_an_envelope_with_too_long_a_sender_is_none():
    """A DXP id has 16 characters at most."""
    letter = Letter("id-1", "D" * 17, "X", "CEB311Message", b"<a/>")

    with pytest.raises(BadEnvelope):
        mailbox.unwrap(mailbox.wrap(letter, sending.china_now()))
