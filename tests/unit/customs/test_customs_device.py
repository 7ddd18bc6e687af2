"""A hardware key signs through one queue at its own rate; its silences and refusals are told."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bonded_display.customs.errors import SignerBusy, SigningKeyUnfit
from bonded_display.customs.sign import device
from bonded_display.customs.sign.control import Control, ControlRefused
from bonded_display.customs.sign.device import DeviceSigner
from bonded_display.customs.sign.key_files import read_key_file
from tests.support.certificates import certified, key_file
from tests.support.local_control import PASSWORD, LocalControl, running
from tests.support.seams import START
from tests.unit.customs.examples import DAY

TEXT = "<ds:SignedInfo>报文</ds:SignedInfo>".encode()


class Watch:
    """The device's own watch: it sleeps at once and remembers how long."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    made = Watch()
    monkeypatch.setattr(device, "time", made)
    return made


@pytest.fixture
def control() -> Iterator[LocalControl]:
    with running(certified()) as found:
        yield found


@pytest.fixture
def signs(control: LocalControl, watch: Watch) -> DeviceSigner:
    return made(control)


def made(control: LocalControl, password: str = PASSWORD, url: str = "") -> DeviceSigner:
    line = Control(url or control.url, password, answer_s=20)
    return DeviceSigner(control.card, control.card.public_key, line)


def test_the_card_signs_what_it_is_given_byte_for_byte(signs, control) -> None:
    """The signature holds by the card's key; the connection stays open for the next."""
    for message in (TEXT, TEXT + b"2"):
        signature = signs.sign(message, START)
        assert control.card.public_key.verify("", message, signature)

    assert control.asked == [TEXT.decode(), TEXT.decode() + "2"]
    assert control.opened == 1


def test_the_rate_is_the_cards(signs, watch) -> None:
    """250 a minute by default: after the first each waits until 240 ms have passed."""
    for _ in range(4):
        signs.sign(TEXT, START)

    assert [round(slept, 3) for slept in watch.slept] == [0.24] * 3


def test_many_at_once_are_signed_one_after_the_other(signs, control) -> None:
    """Eight threads, one card: each gets the signature of its own message."""
    found: dict[int, bool] = {}

    def ask(number: int) -> None:
        message = f"<m>{number}</m>".encode()
        found[number] = control.card.public_key.verify("", message, signs.sign(message, START))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == dict.fromkeys(range(8), True)
    assert control.opened == 1


def test_a_connection_that_broke_is_opened_again(signs, control) -> None:
    """Dropped under the second question: asked once more on a new connection."""
    signs.sign(TEXT, START)
    control.faults = ["drop"]

    assert control.card.public_key.verify("", TEXT, signs.sign(TEXT, START))
    assert control.opened == 2


def test_a_late_answer_to_an_earlier_question_is_not_taken_for_ours(signs, control) -> None:
    """Answers carry the number of their question."""
    control.faults = ["late"]

    assert control.card.public_key.verify("", TEXT, signs.sign(TEXT, START))


@pytest.mark.parametrize("fault", ["hang", "reader", "not_json", "drop"])
def test_a_device_in_trouble_is_left_alone_for_a_while_and_asked_again(
    signs, control, watch, fault
) -> None:
    """No answer, a reader that must be reset, nonsense, no line: try again, and then it signs."""
    control.faults = [fault, fault]
    signs._control._answer_s = 0.2 if fault == "hang" else 20
    with pytest.raises(SignerBusy):
        signs.sign(TEXT, START)
    signs._control._answer_s = 20
    control.faults = []
    control.released.set()
    asked = len(control.asked)
    with pytest.raises(SignerBusy) as resting:
        signs.sign(TEXT, START)
    assert (resting.value.cause, len(control.asked)) == ("resting", asked)

    watch.now += 2

    assert control.card.public_key.verify("", TEXT, signs.sign(TEXT, START))


def test_no_control_at_all_is_said(control, watch) -> None:
    """The program is not started: refused at once, and its pauses double."""
    signs = made(control, url="ws://127.0.0.1:9")
    pauses = []
    for _ in range(8):
        with pytest.raises(SignerBusy):
            signs.sign(TEXT, START)
        pauses.append(round(signs._rest_until - watch.now))
        watch.now = signs._rest_until

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_wrong_password_is_told_once_and_never_again(control, watch) -> None:
    """A card locks itself after a few: from then on nothing is asked until the program restarts."""
    signs = made(control, password="00000000")
    for _ in range(3):
        with pytest.raises(SigningKeyUnfit) as refused:
            signs.sign(TEXT, START)
        assert refused.value.reason == "device_password"

    assert len(control.asked) == 1


def test_only_a_refused_password_stops_the_desk_from_asking_again() -> None:
    """Each asking costs the card one of its few tries; a reader in trouble does not."""
    words = ("卡密码错误,还剩4次机会", "用户口令不正确", "Invalid password", "PIN verify failed")
    assert all(ControlRefused(said).password for said in words)

    others = ("[读卡器底层库]复位读卡器失败:错误码=50070", "Err:Custom50070", "mapping failed")
    assert not any(ControlRefused(said).password for said in others)


@pytest.mark.parametrize("fault", ["", "nonsense"])
def test_what_another_card_signed_is_not_taken(signs, control, fault) -> None:
    """Somebody put the courier's card in, or the answer is no signature: nothing is stored."""
    control.faults = [fault]
    control.card = certified("1401960004") if not fault else control.card

    with pytest.raises(SigningKeyUnfit) as refused:
        signs.sign(TEXT, START)

    assert refused.value.reason == "device_other_key"


def test_the_queue_is_bounded_and_says_when_to_come_back(signs) -> None:
    """More than it holds is refused at once with the time that its work takes."""
    signs.most_waiting = 0
    with pytest.raises(SignerBusy) as refused:
        signs.sign(TEXT, START)

    assert (refused.value.cause, refused.value.retry_after_s) == ("queue_full", 1)


def test_who_waits_too_long_is_told_and_the_card_is_not_asked_for_nothing(signs, control) -> None:
    """The card hangs over the first; the second gives up and its question is never put."""
    signs.wait_s = 0.05
    control.faults = ["hang"]
    for _ in range(2):
        with pytest.raises(SignerBusy) as refused:
            signs.sign(TEXT, START)
        assert refused.value.cause == "time_out"

    control.released.set()
    assert len(control.asked) <= 1


@pytest.mark.parametrize("at", [START - 2 * DAY, START + 365 * DAY])
def test_outside_its_dates_the_device_is_not_asked(signs, control, at) -> None:
    """Its card would sign all the same."""
    with pytest.raises(SigningKeyUnfit):
        signs.sign(TEXT, at)

    assert control.asked == []


def test_a_key_file_names_the_device_that_holds_the_key(control, watch, tmp_path: Path) -> None:
    """No private part in it; the password is shown nowhere."""
    told = {"url": control.url, "password": PASSWORD, "per_minute": 60}
    path = key_file(
        tmp_path / "card.json", control.card, private_hex=None, public_hex=None, device=told
    )

    signs = read_key_file(path)

    assert signs.near is False
    for _ in range(2):
        assert control.card.public_key.verify("", TEXT, signs.sign(TEXT, START))
    assert [round(slept, 3) for slept in watch.slept] == [1.0]
    assert PASSWORD not in repr(vars(signs))
