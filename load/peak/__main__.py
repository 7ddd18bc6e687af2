"""Decides what ``make load`` says and returns: 1 where the books differ or an answer was wrong."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import requests

from load import harness, invariants
from load.peak import report
from load.peak.drain import Stands
from load.peak.profiles import PROFILES, Profile
from load.peak.run import run


def main(words: Sequence[str] | None = None) -> int:
    """Run one profile, tell the invariants by name, write the report; return the exit code."""
    profile, keep = _arguments(words)
    try:
        return _run(profile, keep)
    except KeyboardInterrupt:
        print("stopped: every program has ended, nothing was compared", file=sys.stderr)
        return 130


def _run(profile: Profile, keep: Path | None) -> int:
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="load-")))
        folder.mkdir(parents=True, exist_ok=True)
        try:
            ran = stack.enter_context(run(profile, folder))
        except (Stands, RuntimeError, requests.RequestException) as fault:
            print(f"FAIL: {fault}", file=sys.stderr)
            return 1
        print(*invariants.told(ran.found), sep="\n")
        for one in ran.wrong:
            print(f"FAIL: {one}", file=sys.stderr)
        print(f"report: {report.write(ran)}")
        return 1 if ran.wrong else 0


def _arguments(words: Sequence[str] | None) -> tuple[Profile, Path | None]:
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("profile", choices=sorted(PROFILES))
    parser.add_argument("--shoppers", type=int)
    parser.add_argument("--tills", type=int)
    parser.add_argument("--orders", type=int, help="the wave: it ends when so many are placed")
    parser.add_argument("--seconds", type=int, help="the wave ends then at the latest")
    parser.add_argument("--past", type=int, help="past orders to seed before")
    parser.add_argument("--keep", type=Path, help="an empty folder for logs and notes to stay in")
    chosen = vars(parser.parse_args(words))
    profile, keep = PROFILES[chosen.pop("profile")], chosen.pop("keep")
    sizes = {name: size for name, size in chosen.items() if size is not None}
    if any(size < 1 for size in sizes.values()):
        parser.error("every size is at least 1")
    return replace(profile, **sizes), keep


if __name__ == "__main__":
    harness.stop_when_told()
    sys.exit(main())
