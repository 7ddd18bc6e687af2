"""The worker against the printer: the fault matrix, and what is on paper after each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from pos.terminal.errors import PrinterAddressInvalid
from pos.terminal.printer.address import way_to
from pos.terminal.printer.device_file import DeviceFile
from pos.terminal.printer.network import Network
from pos.terminal.printer.worker import Printer
from pos.terminal.slip.encoder import encode
from pos.terminal.slip.layout import order_slip
from tests.unit.pos.slips import a_slip
from tests.wire.pos_rig import Counter, counter, eventually


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Counter]:
    with counter(tmp_path) as till:
        yield till


@pytest.mark.parametrize("columns", [48, 32])
@pytest.mark.parametrize("status", ["process_id", "dle"])
def test_a_slip_is_printed_confirmed_and_leads_to_the_order(
    tmp_path: Path, columns: int, status: str
) -> None:
    """The bytes that arrived are those composed; the QR on the picture opens the order."""
    with counter(tmp_path, status=status, columns=columns) as till:
        job = till.queue(1)[0]

        assert till.work_off() == ["confirmed"]

        composed = encode(order_slip(job.slip, columns=columns), columns=columns)
        assert (tmp_path / "slip-1.bin").read_bytes() == composed
        with Image.open(tmp_path / "slip-1.png") as picture:
            assert picture.width == columns * 12
            codes = zxingcpp.read_barcodes(picture.convert("L"))
        assert [code.text for code in codes] == [job.slip.page_url]
        assert till.device.state()["warnings"] == []


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"paper_out": True}, "printer_paper_out"),
        ({"cover_open": True}, "printer_offline"),
        ({"mute": True}, "printer_silent"),
        ({"refuse": True}, "printer_unreachable"),
        ({"drop_after": 0}, "printer_unreachable"),
        ({"stall": True}, "printer_silent"),
    ],
)
def test_a_printer_that_is_not_ready_gets_nothing(
    till: Counter, fault: dict[str, object], told: str
) -> None:
    """Out of paper, open, mute, gone: both jobs wait in order, nothing is on paper.

    Mended, the same jobs come out, each once.
    """
    till.queue(1, 2)
    till.fault(**fault)
    eventually(lambda: till.line.listening != till.device.faults.refuse)

    assert till.work_off() == [told]
    assert till.states() == ["queued", "queued"]
    assert till.journal.jobs()[0].reason == told
    assert till.device.state()["lines_on_paper"] == []

    mended = {name: False for name, value in fault.items() if value is True}
    till.fault(**mended, refill=True)
    eventually(lambda: till.line.listening)
    assert till.work_off() == ["confirmed", "confirmed"]
    assert till.orders_on_paper() == ["QZ1", "QZ2"]


def test_paper_that_ends_midway_leaves_the_slip_unsure_and_comes_out_once(till: Counter) -> None:
    """Five lines are printed, then the roll ends: nothing is sent again by itself.

    After the refill the printer goes on from its own buffer: exactly one slip.
    """
    till.queue(1)
    till.fault(paper_lines=5)

    assert till.work_off() == ["slip_unsure"]
    assert till.states() == ["unsure"]
    assert till.journal.jobs()[0].reason == "printer_paper_out"
    assert till.work_off() == []

    till.fault(refill=True)
    assert till.orders_on_paper() == ["QZ1"]


def test_a_line_that_breaks_midway_leaves_the_slip_unsure(till: Counter) -> None:
    """The connection is reset after 200 bytes: what is on paper nobody knows, so nobody resends."""
    till.queue(1)
    till.fault(drop_after=200)

    assert till.work_off() == ["slip_unsure"]
    assert till.states() == ["unsure"]
    assert till.journal.jobs()[0].reason == "line_lost"
    assert till.orders_on_paper() == []


def test_a_printer_that_falls_silent_midway_leaves_the_slip_unsure(till: Counter) -> None:
    """It prints the slip and answers nothing more; the clerk says that it came out."""
    job = till.queue(1)[0]
    till.fault(mute_after_status=2)

    assert till.work_off() == ["slip_unsure"]
    assert till.journal.jobs()[0].reason == "printer_silent"
    assert till.orders_on_paper() == ["QZ1"]

    till.journal.move(job.id, "confirmed")
    assert till.work_off() == []
    assert till.orders_on_paper() == ["QZ1"]


def test_a_reprint_is_marked(till: Counter) -> None:
    """A clerk asks for it again: the second paper says that it is a second one."""
    job = till.queue(1)[0]
    till.work_off()

    till.journal.move(job.id, "queued")
    assert till.work_off() == ["confirmed"]

    assert [slip.lines[0].strip() for slip in till.device.slips][1] == "*** 补打 1 ***"
    assert "补打" not in "".join(till.device.slips[0].lines)


def test_a_slip_that_was_spoilt_does_not_stop_the_others(till: Counter) -> None:
    """Its total no longer fits its parts: that job fails for good, the next is printed."""
    till.queue(1, 2)
    spoilt = "UPDATE print_job SET content = replace(content, '98977', '98978') WHERE seq = 1"
    till.journal._conn.execute(spoilt)

    assert till.work_off() == ["slip_unprintable", "confirmed"]
    assert till.states() == ["failed", "confirmed"]
    assert till.orders_on_paper() == ["QZ2"]


def test_without_a_way_back_a_slip_ends_at_sent(tmp_path: Path) -> None:
    """A printer behind a device file says nothing: the slip is handed over, not confirmed."""
    with counter(tmp_path) as till:
        (tmp_path / "lp0").touch()
        till.printer = Printer(way_to(f"file:{tmp_path / 'lp0'}"))
        job = till.queue(1)[0]

        assert till.work_off() == ["sent"]

        composed = encode(order_slip(job.slip, columns=48), columns=48)
        assert (tmp_path / "lp0").read_bytes() == composed
        assert till.states() == ["sent"]


def test_a_device_file_that_is_not_there_leaves_the_job_queued(tmp_path: Path) -> None:
    """The cable is pulled: the printer is unreachable, nothing is lost."""
    with counter(tmp_path) as till:
        till.printer = Printer(way_to(f"file:{tmp_path / 'gone' / 'lp0'}"))
        till.queue(1)

        assert till.work_off() == ["printer_unreachable"]
        assert till.states() == ["queued"]


def test_late_answers_to_other_questions_are_passed_over(till: Counter) -> None:
    """Bytes that are no status stand in the line; the worker still reads the right one."""
    till.queue(1)
    till.fault(noise=True)

    assert till.work_off() == ["confirmed"]


@pytest.mark.parametrize("address", ["", "printer", "host:0", "host:99999", "a b:9100", "file:"])
def test_an_address_that_leads_nowhere_is_named(address: str) -> None:
    """A typo is told before anything is printed."""
    with pytest.raises(PrinterAddressInvalid):
        way_to(address)


def test_an_address_names_its_way() -> None:
    """``host:port`` is the network, ``file:`` a device."""
    assert isinstance(way_to("192.168.1.50:9100"), Network)
    assert isinstance(way_to("file:/dev/usb/lp0"), DeviceFile)


def test_a_slip_in_english_is_printed_too(till: Counter) -> None:
    """The shopper reads English; the printer's columns hold."""
    composed = encode(order_slip(a_slip(lang="en"), columns=48), columns=48)
    till.device.receive(composed, lambda _: None)

    assert till.device.slips[0].lines[1].strip() == "Cross-border order"
    assert till.device.state()["warnings"] == []
