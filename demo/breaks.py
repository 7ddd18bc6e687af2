"""Decides what can be broken on the other side, how, and at which step the walk must stop.

Nothing of ours is touched: keys, programs, papers and answers of others are.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

from demo.other_side import PLATFORM
from demo.timeline import StepFailed
from demo.walk import Walk

PAUSABLE = ("payment_company", "courier")
PAUSE_S = 4.0


@dataclass(frozen=True)
class Break:
    """What is done before the walk, and how long a step may then wait in vain."""

    act: Callable[[Walk], None]
    step: str
    patience_s: float = 8.0


def _control(program: str, **words: Any) -> Callable[[Walk], None]:
    def act(walk: Walk) -> None:
        name = "printer_control" if program == "printer" else program
        requests.post(f"{walk.box.url(name)}/_control", json=words, timeout=10).raise_for_status()

    return act


def _stop(program: str) -> Callable[[Walk], None]:
    return lambda walk: walk.programs.stop(program)


def _script(**rule: Any) -> Callable[[Walk], None]:
    return _control("customs", script=[rule])


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
    "identity": Break(_control("identity", people=[]), "identity"),
    "amount": Break(_control("stripe", amount_delta_fen=-100), "pay"),
    "printer": Break(_control("printer", paper_out=True), "slip"),
    "key": Break(_distrust, "accepted"),
    "payment_company": Break(_stop("payment_company"), "411"),
    "courier": Break(_stop("courier"), "511"),
    "refused": Break(_script(match={"kind": "CEB621"}, do="reject", code="-621005"), "released"),
    "silence": Break(_script(match={"kind": "CEB311"}, do="silence"), "accepted"),
    "tax_bill": Break(_script(match={"status": "816"}, do="wrong_816_fen", fen=1), "816"),
    "zone": Break(_stop("zone"), "exit"),
    "customs": Break(_stop("customs"), "311"),
}
"""By name; ``step`` is where the walk stops and says so."""


def pause_and_go_on(walk: Walk, program: str) -> None:
    """See that no list is sent while ``program`` is stopped, then start it again."""
    time.sleep(PAUSE_S)
    if walk.copies(PLATFORM, "received", "CEB621"):
        raise StepFailed("pause", f"621 was sent although {program} is stopped")
    walk.programs.start(walk.box.theirs()[program])
