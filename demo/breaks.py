"""Decides what can be broken on the other side, how, and at which step the walk must stop.

Nothing of ours is touched: keys, programs, papers and answers of others are.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

from demo.copies import Copies
from demo.other_side import PLATFORM
from demo.timeline import StepFailed
from demo.walk import Walk

PAUSABLE = ("payment_company", "courier")
PAUSE_S = 4.0


@dataclass(frozen=True)
class Break:
    """What is done before the walk, where it stops, and what becomes of the order then.

    A step may wait ``patience_s`` in vain.  ``refunded``: the shopper's money comes back.
    """

    act: Callable[[Walk], None]
    step: str
    then: str
    patience_s: float = 8.0
    refunded: bool = False


def _control(program: str, **words: Any) -> Callable[[Walk], None]:
    def act(walk: Walk) -> None:
        name = "printer_control" if program == "printer" else program
        requests.post(f"{walk.box.url(name)}/_control", json=words, timeout=10).raise_for_status()

    return act


def _stop(program: str) -> Callable[[Walk], None]:
    return lambda walk: walk.programs.stop(program)


def _script(**rule: Any) -> Callable[[Walk], None]:
    return _control("customs", script=[rule])


def _rename(walk: Walk) -> None:
    """The identity service knows the shopper's number under another name."""
    _control("identity", people=[{"name": "赵冠", "id_number": walk.scenario.shopper.id_number}])(
        walk
    )


def _distrust(walk: Walk) -> None:
    """Customs gets another certificate under our code than the one our key belongs to."""
    box = walk.box
    strange = box.folder / "strange"
    box.run(
        "simulators.customs",
        "issue",
        *("--code", PLATFORM, "--name", "冒名企业", "--out", str(strange)),
        *("--trust", str(strange / "trust")),
    )
    certificate = (strange / "trust" / f"{PLATFORM}.pem").read_bytes()
    (box.out / "trust" / f"{PLATFORM}.pem").write_bytes(certificate)
    walk.programs.stop("customs")
    walk.programs.start(box.theirs()["customs"])


BREAKS: dict[str, Break] = {
    "identity": Break(
        _rename,
        "identity",
        "Name and number do not belong together: nothing was placed, both can be typed again.",
    ),
    "amount": Break(
        _control("stripe", amount_delta_fen=-100),
        "pay",
        "The provider took another amount than asked: the order does not stand.",
        refunded=True,
    ),
    "printer": Break(
        _control("printer", paper_out=True),
        "slip",
        "The slip waits in the till's journal; with paper, `till pull-and-print` prints it.",
    ),
    "key": Break(
        _distrust,
        "accepted",
        "Customs knows another key under our code: with a valid one the order is sent again.",
    ),
    "payment_company": Break(
        _stop("payment_company"),
        "311",
        "Nothing is declared before it has said who paid; when it answers again, all goes on.",
    ),
    "courier": Break(
        _stop("courier"),
        "511",
        "No list is sent; when the courier answers again, the order goes on by itself.",
    ),
    "refused": Break(
        _script(match={"kind": "CEB621"}, do="reject", code="-621005"),
        "released",
        "Customs never accepts this list: the order is over and its pieces are free.",
        refunded=True,
    ),
    "silence": Break(
        _script(match={"kind": "CEB311"}, do="silence"),
        "accepted",
        "No list is sent before customs has answered; the order waits.",
    ),
    "tax_bill": Break(
        _script(match={"status": "816"}, do="wrong_816_fen", fen=1),
        "816",
        "The order goes on; the bill that differs is for a person to compare.",
    ),
    "zone": Break(
        _stop("zone"),
        "exit",
        "The parcel stays packed; when the zone answers again, press the button again.",
    ),
    "customs": Break(
        _stop("customs"),
        "311",
        "The message lies in our mailbox; customs takes it when it is there again.",
    ),
}
"""By name; ``step`` is where the walk stops and says so."""


def pause_and_go_on(walk: Walk, program: str) -> None:
    """See that no list is sent while ``program`` is stopped, then start it again."""
    time.sleep(PAUSE_S)
    if Copies(walk).of(PLATFORM, "received", "CEB621"):
        raise StepFailed("pause", f"621 was sent although {program} is stopped")
    walk.programs.start(walk.box.theirs()[program])
