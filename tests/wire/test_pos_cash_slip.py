"""The slip of a cash sale, byte by byte, and the drawer, which opens at once or not at all."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos.catalogue import Catalogue, catalogue
from pos.terminal.journal import Job
from pos.terminal.slip.job import job_bytes
from pos.terminal.till import basket, sell, shelf, shifts
from tests.support.seams import START, FakeClock
from tests.unit.pos.sales import GTIN, an_outlet, some_goods
from tests.wire.pos_rig import Counter, counter, eventually

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def till(tmp_path: Path, clock: FakeClock) -> Iterator[Counter]:
    """A counter with an open shift, whose clock stands at ten in the morning."""
    clock.set(START)
    with counter(tmp_path) as till:
        shelf.keep(till.journal, _catalogue())
        basket.begin(till.journal)
        shifts.open_shift(till.journal, "1007", 50_000)
        yield till


def sell_tea(till: Counter, *, lang: str = "zh-CN") -> list[Job]:
    """Sell two of tea for 50.00; return the drawer's job and the slip's."""
    for _ in range(2):
        goods = shelf.find(till.journal, GTIN).domestic
        assert goods is not None
        basket.add(till.journal, goods)
    sell.sell_for_cash(till.journal, basket.read(till.journal).id, 5_000, lang=lang)
    return till.journal.jobs("queued")


@pytest.mark.parametrize("columns", [48, 32])
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_slip_is_byte_for_byte_as_designed(till: Counter, lang: str, columns: int) -> None:
    """Two papers, two languages; a change of the design changes the golden file, seen in review."""
    slip = sell_tea(till, lang=lang)[1]

    made = job_bytes(slip, columns=columns)

    golden = GOLDEN / f"cash-slip-{lang}-{columns}.bin"
    assert made == golden.read_bytes()
    assert b"\x1bp" not in made


def test_the_drawer_opens_first_and_the_slip_comes_out(till: Counter) -> None:
    """One pulse, one slip, both confirmed; what is on paper is the sale."""
    sell_tea(till)

    assert till.work_off() == ["confirmed", "confirmed"]

    assert till.device.state()["drawer_pulses"] == 1
    (paper,) = till.device.slips
    assert [row for row in paper.lines if row.startswith(("单号", "现金", "找零"))] == [
        "单号" + " " * 29 + "TY0001-1-000001",
        "现金" + " " * 39 + "50.00",
        "找零" + " " * 39 + "10.20",
    ]
    assert till.device.state()["warnings"] == []


def test_a_reprint_says_so_and_leaves_the_drawer_shut(till: Counter) -> None:
    """Printed, and printed twice again: copies 1 and 2, one pulse."""
    slip = sell_tea(till)[1]
    till.work_off()
    for _ in range(2):
        till.journal.move(slip.id, "queued")
        till.work_off()

    heads = [paper.lines[0].strip() for paper in till.device.slips]
    assert heads[1:] == ["*** 补打 1 ***", "*** 补打 2 ***"]
    assert till.device.state()["drawer_pulses"] == 1


@pytest.mark.parametrize("fault", [{"paper_out": True}, {"mute": True}, {"refuse": True}])
def test_a_drawer_that_cannot_open_now_never_opens_later(
    till: Counter, fault: dict[str, object]
) -> None:
    """The printer is away when the sale is made; mended, the slip comes out and no pulse."""
    sell_tea(till)
    till.fault(**fault)
    eventually(lambda: till.line.listening != till.device.faults.refuse)
    assert till.work_off()[0] == "drawer_not_opened"
    assert till.states() == ["failed", "queued"]

    till.fault(**dict.fromkeys(fault, False), refill=True)
    while till.states()[1] != "confirmed":
        till.work_off()

    assert till.device.state()["drawer_pulses"] == 0
    assert len(till.device.slips) == 1


def test_a_pulse_that_waited_too_long_is_not_sent(till: Counter, clock: FakeClock) -> None:
    """The till stood for a minute: the drawer stays shut, the slip comes out."""
    sell_tea(till)
    clock.tick(60)

    assert till.work_off() == ["drawer_not_opened", "confirmed"]

    assert till.device.state()["drawer_pulses"] == 0


def test_a_drawer_whose_confirmation_is_lost_is_not_tried_again(till: Counter) -> None:
    """The line broke behind the pulse: failed, told, and the slip goes on."""
    sell_tea(till)
    till.fault(mute_after_status=2)

    assert till.work_off()[0] == "drawer_not_opened"

    till.fault(mute=False, mute_after_status=0, refill=True)
    till.journal.recover(confirms=True)
    assert till.states()[0] == "failed"
    assert till.device.state()["drawer_pulses"] == 1


def test_what_the_slip_shows_is_what_is_sent_to_the_server(till: Counter) -> None:
    """One content in the journal's sale and in its slip."""
    slip = sell_tea(till)[1]

    assert json.loads(slip.content)["sale"] == sell.waiting_bodies(till.journal, 9)[0]


def _catalogue() -> Catalogue:
    return catalogue(an_outlet(), [some_goods()])
