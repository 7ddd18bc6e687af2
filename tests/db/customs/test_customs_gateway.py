"""The same desk over HTTP: one effect a guid, silence costs nothing, a big mail is never read."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bonded_display.customs import desk
from bonded_display.customs.errors import GatewayRefused, MailboxUnavailable
from bonded_display.customs.sendings import send_unsent
from bonded_display.customs.submit_order import submit_order
from bonded_display.customs.take_in_mail import TakenIn, take_in_mail
from bonded_display.customs.transport import dxp, http
from bonded_display.customs.transport.choose import open_mailbox
from bonded_display.customs.transport.directory import DirectoryMailbox
from bonded_display.customs.transport.http import HttpMailbox
from bonded_display.customs.transport.parking import seal_context
from kernel import crypto, db
from kernel.calls import CallInsideTransaction
from kernel.config import Config
from tests.db.customs.office import AT, Office
from tests.support.gateway import TOKEN, Gateway, running
from tests.unit.customs.examples import order
from tests.unit.customs.receipts import mail, order_receipt


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with running() as found:
        yield found


@pytest.fixture
def clockwork(monkeypatch: pytest.MonkeyPatch):
    """The adapter's own watch: pauses and polls pass when the test says so."""

    class Watch:
        now = 1000.0

        def monotonic(self) -> float:
            return self.now

        def perf_counter(self) -> float:
            return self.now

    watch = Watch()
    monkeypatch.setattr(http, "time", watch)
    return watch


@pytest.fixture
def wired(office: Office, gateway: Gateway, tmp_path: Path, clockwork) -> Office:
    """The office, its mailbox at the gateway."""
    box = HttpMailbox(gateway.url, tmp_path / "bad", token=TOKEN, read_s=20)
    desk.use(replace(office.desk, mailbox=box))
    return office


def hear(gateway: Gateway, clockwork, *texts: str) -> TakenIn:
    for text in texts:
        gateway.mail[f"{len(gateway.asked):06d}.xml"] = mail(text)
    clockwork.now += 100
    return take_in_mail()


def test_a_message_goes_out_and_its_answer_comes_in_over_http(wired, gateway, clockwork) -> None:
    """The very signed bytes in their envelope; the gateway forgets the answer once it is stored."""
    submit_order(order())
    taken = hear(gateway, clockwork, order_receipt(order().order_no, status=120, time=AT))

    ((name, (raw,)),) = gateway.out.items()
    assert name.startswith("CEB311-")
    assert b"<ds:SignatureValue>" in dxp.unwrap(raw)
    assert taken == TakenIn(recorded=1)
    assert wired.documents()["order"] == "ACCEPTED"
    assert gateway.mail == {}


@pytest.mark.parametrize("fault", ["drop", "500", "429", "401", "hang"])
def test_silence_is_tried_again_and_has_one_effect(wired, gateway, clockwork, fault) -> None:
    """The gateway took it or not, nobody knows: the same name and bytes again, once it rests."""
    gateway.faults = [fault]
    desk.current().mailbox._read_s = 0.2 if fault == "hang" else 20
    with pytest.raises(MailboxUnavailable):
        submit_order(order())
    desk.current().mailbox._read_s = 20
    asked = len(gateway.asked)
    with pytest.raises(MailboxUnavailable):
        send_unsent(older_than=0)
    assert len(gateway.asked) == asked, "left alone while it rests"

    clockwork.now += 2
    assert send_unsent(older_than=0) == 1
    assert send_unsent(older_than=0) == 0

    ((_, bodies),) = gateway.out.items()
    assert len(set(bodies)) == 1
    assert len(bodies) == (2 if fault == "drop" else 1)


def test_the_pause_doubles_to_a_minute(wired, gateway, clockwork) -> None:
    """A gateway that is down all night is asked once a minute; the first yes ends it."""
    gateway.faults = ["503"] * 8
    pauses = []
    for _ in range(8):
        with pytest.raises(MailboxUnavailable):
            desk.current().mailbox.waiting()
        before = clockwork.now
        while desk.current().mailbox._rest_until > clockwork.now:
            clockwork.now += 1
        pauses.append(clockwork.now - before)

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert desk.current().mailbox.waiting() == []
    assert desk.current().mailbox._failures == 0


def test_one_message_that_is_never_taken_holds_up_none(wired, gateway) -> None:
    """413 for the first: set aside for a person; the second goes."""
    gateway.faults = ["413"]
    with pytest.raises(GatewayRefused):
        submit_order(order(42))
    gateway.faults = ["413"]
    assert send_unsent(older_than=0) == 0
    submit_order(order(43))

    assert send_unsent(older_than=0) == 0
    assert len(gateway.out) == 1


def test_mail_that_could_not_be_forgotten_comes_again_and_changes_nothing(
    wired, gateway, clockwork
) -> None:
    """Stored, then the gateway fails to hear it: the same mail once more is a repeat."""
    submit_order(order())
    gateway.mail["1.xml"] = mail(order_receipt(order().order_no, status=120, time=AT))
    clockwork.now += 2
    gateway.faults = ["", "", "500"]
    assert take_in_mail() == TakenIn(left=1)
    before = wired.books()

    clockwork.now += 3
    assert take_in_mail() == TakenIn(recorded=1)

    assert wired.books() == before
    assert gateway.mail == {}


def test_one_mail_that_is_listed_and_cannot_be_had_holds_up_no_other(
    wired, gateway, clockwork, monkeypatch
) -> None:
    """404 for the first, round after round: what is behind it is taken, and sending goes on."""
    submit_order(order())
    gateway.mail["001.xml"] = mail(order_receipt(order().order_no, status=120, time=AT))
    box = desk.current().mailbox
    listed = box.waiting
    monkeypatch.setattr(box, "waiting", lambda: ["000.xml", *listed()])

    taken = []
    for _ in range(3):
        clockwork.now += 1.01
        taken.append(take_in_mail())

    assert taken == [TakenIn(recorded=1, left=1), TakenIn(left=1), TakenIn(left=1)]
    assert wired.documents() == {"order": "ACCEPTED"}
    submit_order(order(43))
    assert len(gateway.out) == 2


def test_bad_mail_is_parked_with_us_and_good_mail_behind_it_taken(
    wired, gateway, clockwork, tmp_path
) -> None:
    """A name that leads elsewhere is kept under a digest; nothing is written outside ``bad``."""
    submit_order(order())
    good = mail(order_receipt(order().order_no, status=120, time=AT))
    gateway.mail |= {"../../evil": b"<no/>", "a.xml": b"<no/>", "..": b"", "z.xml": good}
    clockwork.now += 2

    assert take_in_mail() == TakenIn(recorded=1, parked=2)

    assert wired.documents()["order"] == "ACCEPTED"
    kept = sorted(path.name for path in (tmp_path / "bad").iterdir())
    assert kept[:2] == ["a.xml.reason", "a.xml.sealed"]
    assert all(name.startswith("name-") for name in kept[2:])
    assert "'../../evil'" in (tmp_path / "bad" / kept[2]).read_text()
    assert list(gateway.mail) == [".."]


def test_a_list_that_is_too_long_is_taken_from_its_beginning(wired, gateway, clockwork) -> None:
    """40,000 names wait: those that fit are named whole, none is cut in two."""
    names = [f"{number:06d}-{'x' * 20}.xml" for number in range(40_000)]
    gateway.mail = dict.fromkeys(names, b"")
    clockwork.now += 2

    found = desk.current().mailbox.waiting()

    assert 20_000 < len(found) < 40_000
    assert found == names[: len(found)]


@pytest.mark.parametrize("endless", [True, False], ids=["no length told", "length told"])
def test_a_mail_of_100_mb_is_refused_unread_and_kept_whole(
    wired, gateway, clockwork, tmp_path, endless
) -> None:
    """Memory stays flat; the pieces put together are what came."""
    gateway.mail["1.xml"] = b"<" * 100_000_000
    if endless:
        gateway.endless.add("1.xml")
    clockwork.now += 2
    tracemalloc.start()
    assert take_in_mail() == TakenIn(parked=1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 70_000_000
    bad = tmp_path / "bad"
    assert (bad / "1.xml.reason").read_text().startswith("too_large")
    parts = sorted(path.name.removesuffix(".sealed") for path in bad.glob("*.sealed"))
    sizes = [
        len(crypto.unseal((bad / f"{part}.sealed").read_bytes(), seal_context(part)))
        for part in parts
    ]
    assert sum(sizes) == 100_000_000


def test_the_gateway_is_not_called_inside_a_transaction(wired) -> None:
    """A slow gateway would hold our locks."""
    with db.write(), pytest.raises(CallInsideTransaction):
        desk.current().mailbox.send("a.xml", b"")


def test_the_settings_choose_the_mailbox(tmp_path: Path) -> None:
    """By name: folders unless told otherwise; the token is shown nowhere."""
    settings = Config(dxp_dir=str(tmp_path), dxp_token="t-secret")
    there = replace(settings, dxp_adapter="http", dxp_url="https://gateway.example/dxp/")

    assert isinstance(open_mailbox(settings), DirectoryMailbox)
    assert isinstance(open_mailbox(there), HttpMailbox)
    assert "t-secret" not in repr(there)
    with pytest.raises(ValueError, match="directory, http"):
        open_mailbox(replace(settings, dxp_adapter="pigeon"))
