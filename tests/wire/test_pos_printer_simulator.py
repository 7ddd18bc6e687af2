"""The printer simulator behaves as the reference says firmware does."""

import subprocess
import sys
from pathlib import Path

import pytest
import requests

from simulators.printer import render
from simulators.printer.device import Device


@pytest.fixture
def device(tmp_path: Path) -> Device:
    return Device(tmp_path)


def lines(device: Device) -> object:
    """Return the text printed since the last cut."""
    return device.state()["lines_on_paper"]


def say(device: Device, *parts: bytes) -> bytes:
    """Send bytes in these pieces; return what was answered."""
    answers = bytearray()
    for part in parts:
        device.receive(part, answers.extend)
    return bytes(answers)


def test_commands_may_come_in_any_pieces(device: Device, tmp_path: Path) -> None:
    """Byte by byte or at once: the same slip."""
    job = b"\x1b@\x1c&\x1ba\x01" + "中文，￥12".encode("gbk") + b"\n\x1dVB\x00"

    say(device, *(bytes([byte]) for byte in job))
    say(device, job)

    assert [slip.lines for slip in device.slips] == [["中文，￥12"]] * 2
    assert (tmp_path / "slip-2.bin").read_bytes() == job


def test_without_kanji_mode_chinese_is_junk(device: Device) -> None:
    """A job that does not switch kanji on shows it on paper."""
    say(device, b"\x1b@" + "中".encode("gbk") + b"\n")

    assert lines(device) != ["中"]


@pytest.mark.parametrize(
    ("job", "warning"),
    [
        (b"\x1c&\x1bt\x10", "ESC t"),
        (b"\x1c&" + "¥".encode("gb18030") + b"\n", "four-byte"),
        (b"x" * 49 + b"\n", "longer than 48"),
        (b"\x1b\x7f", "unknown"),
        (b"\x1d(k\x03\x001Q0", "nothing stored"),
    ],
)
def test_what_a_driver_must_not_do_is_noted(device: Device, job: bytes, warning: str) -> None:
    """Code page in kanji mode, four-byte codes, lines over the edge, unknown commands."""
    say(device, job)

    noted = device.state()["warnings"]
    assert isinstance(noted, list)
    assert any(warning in one for one in noted)


def test_status_bytes_are_those_of_the_reference(device: Device) -> None:
    """All well, near the end, out, cover open."""
    ask = b"\x10\x04\x01\x10\x04\x04"
    well = say(device, ask)
    device.set_faults({"near_end": True})
    near = say(device, ask)
    device.set_faults({"near_end": False, "paper_out": True})
    out = say(device, ask)
    device.set_faults({"refill": True, "cover_open": True})
    opened = say(device, ask + b"\x10\x04\x02")

    assert well == b"\x12\x12"
    assert near == b"\x12\x1e"
    assert out == b"\x1a\x7e"
    assert opened == b"\x1a\x12\x16"


def test_status_is_answered_at_once_and_a_barrier_in_order(device: Device) -> None:
    """Out of paper: the real-time question is answered, the barrier only after the refill."""
    device.set_faults({"paper_lines": 1})
    barrier = b"\x1d(H\x06\x00000001"

    during = say(device, b"one\ntwo\n" + barrier, b"\x10\x04\x04")
    answers = bytearray()
    device.receive(b"", answers.extend)
    device.set_faults({"refill": True})

    assert during == b"\x7e"
    assert bytes(answers) == b"\x37\x220001\x00"
    assert lines(device) == ["one", "two"]


def test_a_question_split_over_two_packets_is_answered_once(device: Device) -> None:
    """``10`` | ``04 04`` is one question."""
    assert say(device, b"\x10", b"\x04", b"\x04", b"\x10\x04", b"\x01") == b"\x12\x12"


def test_a_power_cycle_loses_the_buffer(device: Device) -> None:
    """Half a slip and what waited are gone."""
    device.set_faults({"paper_out": True})
    say(device, b"lost\n")

    device.set_faults({"reset": True, "refill": True})

    assert lines(device) == []
    assert device.state()["pending_bytes"] == 0


@pytest.mark.parametrize("values", [{"colour": True}, {"mute": 1}, {"drop_after": True}])
def test_an_unknown_fault_is_named(device: Device, values: dict[str, object]) -> None:
    """A typo breaks nothing and is said."""
    with pytest.raises(ValueError, match=next(iter(values))):
        device.set_faults(values)


def test_a_missing_font_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the font there is no picture, and the command to get it is named."""
    monkeypatch.setattr(render, "FONT_FILES", ("/nowhere/font.ttc",))

    with pytest.raises(render.FontMissing, match="apt install fonts-wqy-zenhei"):
        render.font_file()


def test_the_program_says_where_it_listens_and_ends_when_told(tmp_path: Path) -> None:
    """Both ports are printed, faults come over HTTP, SIGTERM ends it cleanly."""
    command = [sys.executable, "-m", "simulators.printer", "--out", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        port = int(program.stdout.readline().rsplit(":", 1)[1])
        url = program.stdout.readline().split()[1]

        health = requests.get(f"{url}/healthz", timeout=5).json()
        set_ = requests.post(f"{url}/_control", json={"paper_out": True}, timeout=5).json()
        wrong = requests.post(f"{url}/_control", json={"paper": True}, timeout=5)
        none = requests.get(f"{url}/slips/1", timeout=5)
        program.terminate()

        assert program.wait(timeout=10) == 0
    assert health == {"ok": True, "printer_port": port}
    assert set_["faults"]["paper_out"] is True
    assert (wrong.status_code, none.status_code) == (422, 404)
