"""Mail that cannot be read is set aside sealed, with its reason; the books stay as they were."""

import fcntl
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from bonded_display.customs import take_in_mail as module
from bonded_display.customs.tables import customs_mail
from bonded_display.customs.take_in_mail import take_in_mail
from bonded_display.customs.transport.parking import seal_context
from kernel import crypto, db
from kernel.audit import audit_line
from tests.db.customs.office import Office
from tests.unit.customs.examples import ID_NUMBER
from tests.unit.customs.receipts import list_receipt, mail

RELEASED = list_receipt("7001", status=800, time="20261124100203050")
EVIL = f"<!-- {ID_NUMBER} -->"


DAMAGED = {
    "bomb": (mail('<!DOCTYPE x [<!ENTITY e "1">]>' + RELEASED[38:]), "document_type"),
    "external": (
        mail('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + RELEASED[38:]),
        "document_type",
    ),
    "namespace": (mail(RELEASED.replace("gov.cn/ceb", "gov.cn/other")), "namespace"),
    "cut_envelope": (mail(RELEASED)[:-40], "not_xml"),
    "cut_message": (mail(RELEASED[:300]), "not_xml"),
    "gbk": (mail(RELEASED, encoding="gbk"), "not_xml"),
    "status": (mail(RELEASED.replace(">800<", ">released<")), "receipt_status"),
    "two_roots": (mail(RELEASED + "<second/>"), "not_xml"),
    "two_envelopes": (mail(RELEASED) * 2, "not_xml"),
    "bare": (RELEASED.encode(), "envelope"),
    "empty": (b"", "not_xml"),
    "binary": (b"\xff\xfe" + EVIL.encode(), "not_xml"),
}


def test_malformed_mail_is_parked_and_changes_nothing(office: Office) -> None:
    """Every kind of damage at once; the good mail behind them is still taken in."""
    office.sent()
    before = office.books()
    for kind, (raw, _) in DAMAGED.items():
        office.put(raw, f"{kind}.xml")

    taken = take_in_mail()

    assert (taken.recorded, taken.parked, taken.left) == (0, len(DAMAGED), 0)
    assert office.books() == before
    bad = office.folder / "bad"
    for kind, (raw, reason) in DAMAGED.items():
        assert (bad / f"{kind}.xml.reason").read_text().startswith(reason), kind
        sealed = (bad / f"{kind}.xml.sealed").read_bytes()
        assert crypto.unseal(sealed, seal_context(f"{kind}.xml")) == raw
    assert list((office.folder / "in").iterdir()) == []

    office.put(mail(RELEASED), "good.xml")
    assert take_in_mail().recorded == 1
    assert office.list_row().state == "RELEASED"


def test_parked_mail_keeps_no_plain_personal_data_and_is_in_the_audit(office: Office) -> None:
    """A refused mail may carry a whole order back."""
    office.put(f"<broken>{ID_NUMBER}".encode(), "000001.xml")

    take_in_mail()

    for path in office.folder.rglob("*"):
        if path.is_file():
            assert ID_NUMBER.encode() not in path.read_bytes()
    with db.read() as conn:
        (line,) = conn.execute(select(audit_line)).all()
    assert (line.verb, line.subject) == ("customs.mail_parked", "customs_mail:000001.xml")
    assert ID_NUMBER not in line.detail


def test_taken_mail_is_deleted_and_lies_sealed_in_the_database(office: Office) -> None:
    """Nothing stays in the folder; what came can be opened again by us."""
    office.sent()
    raw = mail(RELEASED)
    office.hear(RELEASED)

    with db.read() as conn:
        row = conn.execute(select(customs_mail).order_by(customs_mail.c.id.desc()).limit(1)).one()

    assert crypto.unseal(row.raw_sealed, f"customs_mail.raw:{row.id}") == raw
    assert [path for path in office.folder.rglob("*.xml") if path.parent.name != "out"] == []


def test_unfinished_file_is_left_alone(office: Office) -> None:
    """The other side writes under a name with a leading dot, then renames."""
    office.put(mail(RELEASED)[:50], ".000001.xml")

    assert take_in_mail().parked == 0
    assert (office.folder / "in" / ".000001.xml").exists()


def test_mail_that_fails_for_our_own_fault_stays_and_holds_nobody_up(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program error on the first mail: the second is taken, the first is tried again."""
    office.sent()
    office.put(mail(list_receipt("7001", status=120, time="20261124100203001")), "1.xml")
    office.put(mail(RELEASED), "2.xml")
    real = module.record_receipt

    def failing(raw: bytes, *, name: str) -> object:
        if name == "1.xml":
            raise ZeroDivisionError
        return real(raw, name=name)

    monkeypatch.setattr(module, "record_receipt", failing)
    taken = take_in_mail()
    assert (taken.recorded, taken.left) == (1, 1)

    monkeypatch.undo()
    assert take_in_mail().recorded == 1
    assert office.list_row().state == "RELEASED"


def test_mail_that_another_worker_has_in_hand_is_left_to_it(office: Office) -> None:
    """Both watch one folder; the lock ends with its holder, and then the mail is taken."""
    office.sent()
    office.put(mail(RELEASED), "1.xml")
    with (office.folder / "in" / "1.xml").open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert take_in_mail() == module.TakenIn()
        assert office.list_row().state != "RELEASED"

    assert take_in_mail().recorded == 1
    assert office.list_row().state == "RELEASED"


def test_workers_share_a_folder_and_read_each_mail_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four at once, each listing all of it."""
    office.sent()
    for second in range(20):
        text = list_receipt("7001", status=120, time=f"202611241002{second:02}001")
        office.put(mail(text), f"{second}.xml")
    read: list[str] = []
    real = module.record_receipt

    def counted(raw: bytes, *, name: str) -> object:
        read.append(name)
        return real(raw, name=name)

    monkeypatch.setattr(module, "record_receipt", counted)
    with ThreadPoolExecutor(4) as workers:
        taken = [one.result() for one in [workers.submit(take_in_mail) for _ in range(4)]]

    assert sum(one.recorded for one in taken) == 20
    assert sorted(read) == sorted(f"{second}.xml" for second in range(20))
    assert [one.left for one in taken] == [0, 0, 0, 0]


def test_folders_are_for_their_owner_only(office: Office) -> None:
    """Mail holds personal data while it travels."""
    folders = [office.folder, *(path for path in office.folder.iterdir() if path.is_dir())]

    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


def test_link_in_the_in_folder_is_not_followed(office: Office, tmp_path: Path) -> None:
    """A file elsewhere on the machine is nobody's mail."""
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (office.folder / "in" / "1.xml").symlink_to(secret)

    assert take_in_mail() == module.TakenIn()
    assert secret.read_text() == "secret"
