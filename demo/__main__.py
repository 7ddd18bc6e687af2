"""Decides what ``python -m demo`` does: one sale the whole way, told in one line a step.

python -m demo [--seed N] [--break STEP] [--pause PROGRAM] [--out DIR] [--box DIR]

Exit code 0 when the sale went the whole way, 1 naming the step that did not, 2 when a break was
asked for and the walk stopped at another step than that break is for.
"""

import argparse
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from demo.box import Box
from demo.breaks import BREAKS, PAUSABLE
from demo.programs import Programs
from demo.scenario import scenario
from demo.timeline import StepFailed, Timeline
from demo.walk import Walk
from demo.way import open_box, show_refund, whole_way
from demo.what_next import log_lines


def main() -> int:
    """Walk once and return the exit code."""
    arguments = _arguments()
    begun = time.monotonic()
    for folder in (arguments.out, arguments.box):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    timeline = Timeline()
    try:
        with (
            closing(Box(arguments.out.resolve(), arguments.box.resolve())) as box,
            Programs(box.folder / "logs") as programs,
            closing(Walk(box, scenario(arguments.seed), programs, timeline)) as walk,
        ):
            code = _walk(walk, arguments)
    finally:
        timeline.write(arguments.out / "timeline.json")
    if code == 0:
        print(f"the whole way in {time.monotonic() - begun:.1f} s; papers in {arguments.out}")
    return code


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="demo")
    parser.add_argument("--seed", type=int, default=1, help="other goods, prices and people")
    parser.add_argument("--break", dest="break_at", choices=sorted(BREAKS), default="")
    parser.add_argument("--pause", choices=sorted(PAUSABLE), default="")
    parser.add_argument("--out", type=Path, default=Path("var/demo"))
    parser.add_argument("--box", type=Path, default=Path("var/box"))
    return parser.parse_args()


def _walk(walk: Walk, arguments: argparse.Namespace) -> int:
    try:
        open_box(walk)
        whole_way(walk, broken=arguments.break_at, paused=arguments.pause)
        return 0
    except StepFailed as failed:
        _tell(f"FAILED at {failed.step}: {failed.reason}")
        if arguments.break_at:
            return _after_break(walk, arguments.break_at, failed)
        for line in log_lines(walk.box.folder / "logs"):
            _tell(line)
        _tell(f"Logs: {walk.box.folder / 'logs'}. Again: make demo SEED={arguments.seed}")
        return 1


def _after_break(walk: Walk, name: str, failed: StepFailed) -> int:
    """Say what became of the order; 2 when the break was found at another step than its own."""
    broken = BREAKS[name]
    if failed.step != broken.step:
        _tell(f"BREAK={name} stops the walk at {broken.step}, and this was another step.")
        return 2
    _tell(broken.then)
    if broken.refunded:
        try:
            walk.step("refunded", "page, ledger and provider agree", lambda: show_refund(walk))
        except StepFailed as second:
            _tell(f"FAILED at {second.step}: {second.reason}")
            return 2
    return 1


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _ended(*_: object) -> None:
    raise KeyboardInterrupt  # leaves by the same way as ^C: every program is ended


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _ended)
    try:
        sys.exit(main())
    except (KeyboardInterrupt, subprocess.SubprocessError) as ended:
        sys.exit(f"ended: {ended!r}")
