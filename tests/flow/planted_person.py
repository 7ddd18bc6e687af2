"""A second shopper in a box where a first one has bought: the walk of whom nothing may be found.

What is searched for, and where, is the test's.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import requests

from demo.box import Box
from demo.desk import Desk
from demo.programs import Programs
from demo.scenario import Shopper, id_check, scenario
from demo.timeline import Timeline, until
from demo.walk import Walk
from demo.way import await_drained, export_ledger, open_box, whole_way
from tests.support.personal_places import copy_logs
from tests.support.personal_search import Form, forms

FIRST17 = "14010619910704318"
PLANTED = Shopper(
    name="令狐霁月",
    id_number=FIRST17 + id_check(FIRST17),
    phone="18635174902",
    address="山西省太原市迎泽区桃园南路77号锦绣苑9幢2单元1103室",
    district="140106",
)


def sought(person: Shopper) -> list[Form]:
    """Return the forms of all that is known of a person."""
    return [
        form
        for what in ("name", "id_number", "phone", "address")
        for form in forms(what, getattr(person, what))
    ]


@dataclass(frozen=True)
class Ended:
    """What is there when all programs have ended."""

    first: Shopper
    exit_codes: dict[str, int]
    logs_copied: list[Path]
    """Logs of SQLite files that held something while the programs ran."""


@contextmanager
def _opened(out: Path, box_folder: Path) -> Iterator[Walk]:
    out.mkdir(parents=True)
    with (
        closing(Box(out, box_folder)) as box,
        Programs(box.folder / "logs") as programs,
        closing(Walk(box, scenario(1), programs, Timeline())) as walk,
    ):
        yield walk


def sell_twice(folder: Path) -> Ended:
    """Sell once with customs' plain copies, then to ``PLANTED`` without; drain and end all.

    Leaves ``out``, ``box`` and, of SQLite logs while programs ran, ``running``.
    """
    copied: list[Path] = []
    with _opened(folder / "out", folder / "box") as first:
        open_box(first)
        whole_way(first)
        _control(first.box, "customs", export=False)
        person = {"name": PLANTED.name, "id_number": PLANTED.id_number}
        _control(first.box, "identity", people=[person])
        second = Walk(
            first.box,
            replace(first.scenario, shopper=PLANTED),
            first.programs,
            first.timeline,
        )
        with closing(second), closing(Desk(second)) as desk:
            for number, act in enumerate(_acts(second, desk)):
                act()
                moment = folder / "running" / f"{number}-{act.__name__}"
                copied += copy_logs(first.box.folder, moment)
        _drain(second)
        programs = first.programs
    return Ended(first.scenario.shopper, programs.exit_codes, copied)


def _acts(walk: Walk, desk: Desk) -> tuple[Callable[[], None], ...]:
    return (
        walk.read_shelf_label,
        walk.sign_in,
        walk.verify_identity,
        walk.place,
        walk.pay,
        walk.print_slip,
        walk.await_released,
        desk.sign_in,
        desk.pick_and_pack,
        desk.leave_zone,
        desk.pass_gate,
    )


def _drain(walk: Walk) -> None:
    """Wait until the parcel is signed for, no fact waits and no mail lies about in the clear."""
    walk.await_order("已签收")
    await_drained(walk)

    def empty() -> bool | None:
        boxes = (walk.box.folder / "dxp").rglob("*")
        mail = [path for path in boxes if path.is_file() and path.suffix != ".sealed"]
        return None if mail else True

    until(empty, patience_s=walk.patience_s, waiting_for="the mailboxes to be empty")
    export_ledger(walk)


def _control(box: Box, program: str, **words: object) -> None:
    requests.post(f"{box.url(program)}/_control", json=words, timeout=10).raise_for_status()
