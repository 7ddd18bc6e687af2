"""Decides what ``make faults`` does and returns: 1 where a round is broken or counts for nothing."""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

from load import harness
from load.faults import kinds
from load.faults.house import POSTGRESQL, SQLITE, House, opened
from load.faults.kinds import Kind
from load.faults.rounds import TRIES, Ran, Sizes, open_rounds
from load.peak.drain import Stands

ROUNDS = 20
OF_SQLITE = 3
"""Of ten rounds."""


class Report:
    """What all rounds came to."""

    def __init__(self) -> None:
        self.rounds: list[Ran] = []
        self.not_run: list[dict[str, str]] = []
        self.wrong: list[str] = []

    def add(self, ran: Ran) -> None:
        """Tell a try at once, and keep it where it counts."""
        print(f"{ran}{'' if ran.counts else '; met nothing, does not count'}", flush=True)
        for one in ran.wrong[:20]:
            print(f"      {one}", flush=True)
        self.wrong += [f"{ran.database}, round {ran.number}: {one}" for one in ran.wrong]
        if ran.counts:
            self.rounds.append(ran)

    def fail(self, why: str) -> None:
        """Tell at once what is wrong beside the rounds."""
        print(f"WRONG {why}", flush=True)
        self.wrong.append(why)

    def tell(self, chosen: argparse.Namespace) -> None:
        """Print the counts by kind, and write everything."""
        counted = Counter((one.database, one.fault) for one in self.rounds)
        met: Counter[tuple[str, str]] = Counter()
        for one in self.rounds:
            met[one.database, one.fault] += one.in_flight
        for (database, fault), count in sorted(counted.items()):
            in_flight = met[database, fault]
            print(f"{count:>4}  {database:<10}  {fault}, {in_flight} requests in flight")
        for left in self.not_run:
            print(f" not run  {left['database']}  {left['fault']}: {left['why']}")
        print(f"{len(self.rounds)} rounds, {len(self.wrong)} things wrong")
        told: dict[str, Any] = {
            "machine": harness.machine(),
            "commit": harness.commit(),
            "seed": chosen.seed,
            "rounds": [one.as_dict() for one in self.rounds],
            "not run": self.not_run,
            "wrong": self.wrong,
        }
        chosen.out.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(told, indent=2, ensure_ascii=False)
        chosen.out.write_text(text + "\n", encoding="utf-8")


def main(words: Sequence[str] | None = None) -> int:
    """Run all rounds and return the exit code."""
    chosen = _arguments(words)
    report = Report()
    for database, rounds in _shares(chosen).items():
        if rounds:
            _run(database, rounds, chosen, report)
    report.tell(chosen)
    return 1 if report.wrong else 0


def _shares(chosen: argparse.Namespace) -> dict[str, int]:
    """Return how many rounds each database has."""
    if chosen.on:
        return {chosen.on: chosen.rounds}
    sqlite = chosen.rounds * OF_SQLITE // 10
    return {POSTGRESQL: chosen.rounds - sqlite, SQLITE: sqlite}


def _run(database: str, rounds: int, chosen: argparse.Namespace, report: Report) -> None:
    """Run the rounds of one database in a house of its own."""
    sizes = Sizes(chosen.orders, chosen.hands)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
        if chosen.keep:
            folder = chosen.keep / database
            folder.mkdir(parents=True)
        goods = rounds * 3 + TRIES
        house = stack.enter_context(opened(database, folder, goods=goods, pieces=sizes.stock))
        at_work = stack.enter_context(open_rounds(house, sizes, chosen.seed))
        able = _able(house, report)
        try:
            for number, kind in enumerate(_drawn(able, rounds, chosen.seed), start=1):
                for ran in at_work.run(number, kind):
                    report.add(ran)
                if not ran.counts:
                    report.fail(f"round {number}: {kind.name} met nothing {TRIES} times")
            for one in at_work.end():
                report.fail(one)
        except (Stands, RuntimeError) as fault:  # what ended did not come back, or nothing moves
            report.fail(f"{database}: {fault}")


def _able(house: House, report: Report) -> list[Kind]:
    """Return the kinds that can be run in a house; the others are told as not run."""
    able = []
    for kind in kinds.of(house.kind):
        why = kinds.why_not(kind, house)
        if why:
            report.not_run.append({"database": house.kind, "fault": kind.name, "why": why})
        else:
            able.append(kind)
    return able


def _drawn(able: Sequence[Kind], rounds: int, seed: int) -> list[Kind]:
    """Return the kinds in a drawn order, each as often as any other."""
    dice, drawn = Random(seed), list[Kind]()
    while len(drawn) < rounds:
        drawn += dice.sample(able, len(able))
    return drawn[:rounds]


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--orders", type=int, default=40, help="of a round")
    parser.add_argument("--hands", type=int, default=10, help="shoppers who order at once")
    parser.add_argument("--on", choices=(POSTGRESQL, SQLITE), help="one database alone")
    parser.add_argument("--keep", type=Path, help="an empty folder for logs and notes to stay in")
    parser.add_argument("--out", type=Path, default=harness.RESULTS / "faults.json")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
