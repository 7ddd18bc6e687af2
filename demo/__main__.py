"""Decides what ``python -m demo`` does: one sale the whole way, told in one line a step.

python -m demo [--seed N] [--break STEP] [--pause PROGRAM] [--out DIR] [--box DIR]
"""

import argparse
import shutil
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from demo.box import Box
from demo.breaks import BREAKS, PAUSABLE, pause_and_go_on
from demo.other_side import COURIER, PAYMENT_COMPANY, PLATFORM, write_other_side
from demo.programs import Programs
from demo.scenario import scenario
from demo.sheets import write_sheets
from demo.timeline import StepFailed, Timeline
from demo.walk import Walk

CHINA = timezone(timedelta(hours=8))


def main() -> int:
    """Walk once; 0 when the sale went the whole way, 1 naming the step that did not."""
    arguments = _arguments()
    begun = time.monotonic()
    for folder in (arguments.out, arguments.box):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    timeline = Timeline()
    try:
        with Programs(arguments.box / "logs") as programs:
            box = Box(arguments.out.resolve(), arguments.box.resolve())
            walk = Walk(box, scenario(arguments.seed), programs, timeline)
            _whole_way(walk, broken=arguments.break_at, paused=arguments.pause)
    except StepFailed as failed:
        print(f"FAILED at {failed.step}: {failed.reason}", file=sys.stderr, flush=True)
        return 1
    finally:
        timeline.write(arguments.out / "timeline.json")
    print(f"the whole way in {time.monotonic() - begun:.1f} s; papers in {arguments.out}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="demo")
    parser.add_argument("--seed", type=int, default=1, help="other goods, prices and people")
    parser.add_argument("--break", dest="break_at", choices=sorted(BREAKS), default="")
    parser.add_argument("--pause", choices=sorted(PAUSABLE), default="")
    parser.add_argument("--out", type=Path, default=Path("var/demo"))
    parser.add_argument("--box", type=Path, default=Path("var/box"))
    return parser.parse_args()


def _whole_way(walk: Walk, *, broken: str, paused: str) -> None:
    step = walk.step
    step("prepare", "keys, sheets and books made", lambda: _prepare(walk))
    step("start", "ten programs answer", lambda: _start(walk))
    if broken:
        BREAKS[broken].act(walk)
        walk.patience_s = BREAKS[broken].patience_s
    step("label", "the shelf code read off the label, the offer opened", walk.read_shelf_label)
    step("sign_in", "phone and one-time code", walk.sign_in)
    step("identity", "name and ID number verified, consent given", walk.verify_identity)
    step("place", "checkout placed, pieces reserved", walk.place)
    if paused:
        walk.programs.stop(paused)
    step("pay", "paid on the provider's page, captured", walk.pay)
    step("slip", "printed in the outlet", walk.print_slip)
    step("311", "order sent by us", lambda: walk.await_sent("CEB311", PLATFORM))
    if paused:
        step("pause", f"{paused} stopped, no list sent", lambda: pause_and_go_on(walk, paused))
    step("411", "sent by the payment company", lambda: walk.await_sent("CEB411", PAYMENT_COMPANY))
    step("511", "sent by the courier", lambda: walk.await_sent("CEB511", COURIER))
    step("accepted", "the three documents: 120", walk.three_accepted)
    step("621", "list sent by us, tax guaranteed", lambda: walk.await_sent("CEB621", PLATFORM))
    step(
        "released",
        "2, 120, 800",
        lambda: walk.await_receipt("CEB622", PLATFORM, "2", "120", "800"),
    )
    step("816", "tax bill as quoted", walk.await_tax_bill)
    step("pick", "picked by scan, packed, weighed", walk.pick_and_pack)
    step("exit", "bonded inventory list, exit pass, loaded", walk.leave_zone)
    step("gate", "left the zone", walk.pass_gate)
    step("signed_for", "513; revenue posted", walk.signed_for)
    step("export", "ledger, catalogue, receipts", walk.export)


def _prepare(walk: Walk) -> None:
    box = walk.box
    sheets = box.folder / "sheets"
    write_sheets(sheets, walk.scenario, today=datetime.now(CHINA).date())
    write_other_side(box.folder / "theirs", walk.scenario)
    box.issue_keys()
    box.run("shop.cli", "migrate")
    box.run("shop.cli", "load-sample", str(sheets))
    box.run("shop.cli", "add-staff", "operator", "operator", said=box.secrets["operator"] + "\n")


def _start(walk: Walk) -> None:
    walk.programs.start(*walk.box.theirs().values(), *walk.box.ours())


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (KeyboardInterrupt, subprocess.SubprocessError) as ended:
        sys.exit(f"ended: {ended!r}")
