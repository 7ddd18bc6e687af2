"""A folder that is full, gone or no folder: what is stored waits, what came stays, nothing is lost."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bonded_display.customs import desk
from bonded_display.customs.errors import MailboxUnavailable
from bonded_display.customs.sendings import send_unsent
from bonded_display.customs.submit_order import submit_order
from bonded_display.customs.take_in_mail import TakenIn, take_in_mail
from bonded_display.customs.transport.directory import DirectoryMailbox, done_context
from kernel import crypto
from tests.db.customs.office import AT, Office
from tests.support.tight_disk import FileLimit, TinyDisk, tiny_disk
from tests.unit.customs.examples import order
from tests.unit.customs.receipts import mail, order_receipt

DXP_ID = "DXPQZPLATFORM001"
GOOD = mail(order_receipt(order().order_no, status=120, time=AT))


class Limited:
    """A mailbox around which files may have no length: the database beside it writes on."""

    def __init__(self, box: DirectoryMailbox, disk: FileLimit) -> None:
        self._box, self._disk, self.limited = box, disk, False

    def __getattr__(self, name: str):
        def call(*words):
            if not self.limited:
                return getattr(self._box, name)(*words)
            with self._disk.full():
                return getattr(self._box, name)(*words)

        return call


@pytest.fixture
def tight(office: Office, tmp_path: Path) -> Iterator[tuple[Office, object]]:
    """The office with its folders on a tiny disk, and how it becomes full."""
    with tiny_disk(tmp_path / "tiny") as disk:
        folder = tmp_path / "tiny" if disk else tmp_path
        box = DirectoryMailbox(folder, DXP_ID)
        if disk is None:
            disk = FileLimit(folder)
            box = Limited(box, disk)
        desk.use(replace(office.desk, mailbox=box))
        yield Office(folder / DXP_ID, desk.current()), Trouble(disk, box)
        desk.use(office.desk)


class Trouble:
    """A disk that is full meanwhile."""

    def __init__(self, disk: TinyDisk | FileLimit, box: object) -> None:
        self._disk, self._box = disk, box
        self.cause = disk.cause

    @contextmanager
    def full(self) -> Iterator[None]:
        if isinstance(self._box, Limited):
            self._box.limited = True
            yield
            self._box.limited = False
            return
        with self._disk.full():
            yield


def test_a_full_folder_keeps_the_message_here_until_there_is_room(tight) -> None:
    """No half of it lies in ``out``; the same bytes go once there is room."""
    office, disk = tight

    with disk.full():
        with pytest.raises(MailboxUnavailable) as refused:
            submit_order(order())
        assert list((office.folder / "out").iterdir()) == []
    assert refused.value.cause == disk.cause
    assert [row.sent_at for row in office.messages()] == [None]

    assert send_unsent(older_than=0) == 1
    assert len(office.out()) == 1


def test_on_a_full_disk_good_mail_is_taken_and_bad_mail_stays(tight) -> None:
    """Bad mail cannot be parked, so it stays; the good one behind it makes room itself."""
    office, disk = tight
    submit_order(order())
    office.put(b"<no/>", "a.xml")
    office.put(GOOD, "b.xml")

    with disk.full():
        assert take_in_mail() == TakenIn(recorded=1, left=1)

    assert office.documents()["order"] == "ACCEPTED"
    assert [path.name for path in (office.folder / "in").iterdir()] == ["a.xml"]
    assert take_in_mail() == TakenIn(parked=1)
    assert (office.folder / "bad" / "a.xml.reason").read_text().startswith("envelope")


def gone(folder: Path) -> None:
    shutil.rmtree(folder)


def a_file_in_its_place(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("no folder")


def no_permission(folder: Path) -> None:
    folder.chmod(0o000)


def mend(folder: Path) -> None:
    if folder.is_file():
        folder.unlink()
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)


def readable(folder: Path) -> bool:
    """Say whether modes bind this user at all: they do not bind root."""
    try:
        list(folder.iterdir())
    except OSError:
        return False
    return True


@pytest.mark.parametrize("trouble", [gone, a_file_in_its_place, no_permission])
def test_a_lost_out_folder_keeps_messages_here_and_is_not_made_anew(office, trouble) -> None:
    """A share that is not mounted: nothing is written beside it; once back, all goes once."""
    out = office.folder / "out"
    trouble(out)
    if trouble is no_permission and readable(out):
        out.chmod(0o700)
        gone(out)

    with pytest.raises(MailboxUnavailable):
        submit_order(order())
    with pytest.raises(MailboxUnavailable):
        send_unsent(older_than=0)
    assert not out.exists() or not out.is_dir() or trouble is no_permission

    mend(out)
    assert send_unsent(older_than=0) == 1
    assert len(office.out()) == 1


@pytest.mark.parametrize("trouble", [gone, a_file_in_its_place])
def test_a_lost_in_folder_is_said_and_mail_comes_once_it_is_back(office, trouble) -> None:
    """Looking for mail fails with its reason; sending goes on meanwhile."""
    trouble(office.folder / "in")
    with pytest.raises(MailboxUnavailable) as refused:
        take_in_mail()
    submit_order(order())

    assert refused.value.cause in {"ENOENT", "ENOTDIR"}
    mend(office.folder / "in")
    office.put(GOOD, "b.xml")
    assert take_in_mail() == TakenIn(recorded=1)


@pytest.mark.parametrize("trouble", [gone, a_file_in_its_place])
def test_without_a_place_for_bad_mail_it_stays_and_good_mail_is_taken(office, trouble) -> None:
    """Nothing that came is thrown away because it cannot be parked."""
    submit_order(order())
    trouble(office.folder / "bad")
    office.put(b"<no/>", "a.xml")
    office.put(GOOD, "b.xml")

    assert take_in_mail() == TakenIn(recorded=1, left=1)

    mend(office.folder / "bad")
    assert take_in_mail() == TakenIn(parked=1)


def test_without_done_mail_is_taken_all_the_same(office) -> None:
    """``done`` is a copy for people; the mail lies sealed in the database."""
    submit_order(order())
    gone(office.folder / "done")
    office.put(GOOD, "b.xml")

    assert take_in_mail() == TakenIn(recorded=1)
    assert list((office.folder / "in").iterdir()) == []


def test_what_was_taken_lies_sealed_in_done_for_a_month(office, clock) -> None:
    """By day in China; the folder of a day that is over a month ago goes with the next day's."""
    submit_order(order())
    old = office.folder / "done" / "20261001"
    old.mkdir()
    office.put(GOOD, "b.xml")

    take_in_mail()

    (kept,) = (office.folder / "done").rglob("*.sealed")
    assert kept.relative_to(office.folder / "done").as_posix() == "20261124/b.xml.sealed"
    assert crypto.unseal(kept.read_bytes(), done_context("b.xml")) == GOOD
    assert not old.exists()


@pytest.mark.parametrize("name", ["x" * 250, "\udcff\udcfe.xml", "two\nlines.xml"])
def test_a_name_that_fits_nowhere_holds_up_nothing(office, name) -> None:
    """255 characters, bytes that are no text, a line break: parked or taken under a digest."""
    submit_order(order())
    office.put(b"<no/>", f"a{name}")
    office.put(GOOD, f"b{name}")

    assert take_in_mail() == TakenIn(recorded=1, parked=1)

    assert list((office.folder / "in").iterdir()) == []
    assert len(list((office.folder / "bad").glob("name-*.sealed"))) == 1


def test_a_mail_of_100_mb_is_refused_by_its_size_and_kept(office) -> None:
    """Never read whole: a sparse file of 100 MB is parked in pieces; the next mail is taken."""
    submit_order(order())
    with (office.folder / "in" / "a.xml").open("wb") as file:
        file.truncate(100_000_000)
    office.put(GOOD, "b.xml")

    assert take_in_mail() == TakenIn(recorded=1, parked=1)

    assert (office.folder / "bad" / "a.xml.reason").read_text() == "too_large 100000000\n"
    assert len(list((office.folder / "bad").glob("a.xml*.sealed"))) == 12
