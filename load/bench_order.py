"""Decides what ``make bench-order`` measures: placing and capturing, each beside its own floor.

The floor is plain SQL on the same rows (one statement a row, hot update last) by eight pgbench
clients, made from what one request of this run sent.  Exit code 1 where a goal is missed.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from load import bars, harness
from load.beside.cases import beside
from load.figures import GroupSizes
from load.floor.of_orders import make_floors
from load.harness import Case, Row
from load.order_cases import Order, Seen
from load.order_rig import rig
from load.wrk import Load

LEAST_MEAN_GROUP = 4
LEAST_BESIDE_FLOOR = 1.0
FLOOR_OF = {"place": "floor of place", "capture": "floor of capture"}


def main(words: Sequence[str] | None = None) -> int:
    """Run the bench, print its table, write ``var/bench/order.json``; return the exit code."""
    chosen = _arguments(words)
    load = Load(chosen.connections, chosen.seconds)
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        rig(Path(folder), people=chosen.shoppers, processes=chosen.processes) as installed,
    ):
        print(f"PostgreSQL {installed.server.version()}, {chosen.processes} server process(es), ")
        floors = make_floors(installed, people=chosen.shoppers)
        for compared in floors.compared:
            print("\n".join(compared.lines()))
            compared.check()
        order = Order(installed, floors, load)
        order.warm_up()
        rows = harness.run(_cases(order, chosen.only), rounds=chosen.rounds)
        if chosen.only in (None, "beside"):
            sizes_of = {"people": chosen.shoppers, "processes": chosen.processes}
            with beside(order, **sizes_of, past_orders=chosen.past) as around:
                rows += harness.run(around.cases(), rounds=chosen.rounds)
    rows += [row for name, seen in order.seen.items() for row in _latency_rows(name, seen)]
    sizes = {name: seen.groups for name, seen in order.seen.items() if seen.groups}
    rows += [_group_row(name, groups) for name, groups in sizes.items()]
    if order.ended:
        paces = sorted(order.ended)
        rows.append(Row("unpaid, swept", "orders/s", median(paces), paces[0], paces[-1], {}))
    told = harness.report("order", rows)
    drawn = bars.draw("make bench-order", rows)
    told.with_suffix(".svg").write_text(drawn, encoding="utf-8")
    for name, groups in sizes.items():
        for number, group in enumerate(groups, start=1):
            print(f"groups of {name}, round {number}: {group}")
    return _judge(rows)


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench-order")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--shoppers", type=int, default=256)
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="of the server")
    parser.add_argument("--past", type=int, default=0, help="orders seeded beside, for one case")
    parser.add_argument("--only", choices=[*sorted(FLOOR_OF), "beside"], help="one part")
    return parser.parse_args(words)


def _cases(order: Order, only: str | None) -> list[Case]:
    cases = {
        "place": [
            Case("floor of place", "orders/s", order.place_floor),
            Case("place", "orders/s", order.place, beside=("floor of place",)),
        ],
        "capture": [
            Case("floor of capture", "payments/s", order.capture_floor),
            Case("capture", "payments/s", order.capture, beside=("floor of capture",)),
        ],
    }
    return [case for name, pair in cases.items() if only in (None, name) for case in pair]


def _latency_rows(name: str, seen: Seen) -> list[Row]:
    p50s = [p50 for p50, _ in seen.latencies_ms]
    p99s = [p99 for _, p99 in seen.latencies_ms]
    beside = median(p99 / p50 for p50, p99 in seen.latencies_ms)
    return [
        Row(f"p50 of {name}", "ms", median(p50s), min(p50s), max(p50s), {}),
        Row(f"p99 of {name}", "ms", median(p99s), min(p99s), max(p99s), {f"p50 of {name}": beside}),
    ]


def _group_row(name: str, groups: Sequence[GroupSizes]) -> Row:
    means = [group.mean for group in groups]
    return Row(f"group of {name}", "requests", median(means), min(means), max(means), {})


def _judge(rows: Sequence[Row]) -> int:
    """Tell each goal that was missed and return the exit code."""
    missed = [
        f"FAIL: {row.case} is {ratio:.2f} x its floor, not {LEAST_BESIDE_FLOOR}"
        for row in rows
        if row.case == "place"
        for ratio in row.beside.values()
        if ratio < LEAST_BESIDE_FLOOR
    ]
    missed += [
        f"FAIL: {row.case} has a mean of {row.median:.1f}, not {LEAST_MEAN_GROUP}"
        for row in rows
        if row.case == "group of place" and row.median < LEAST_MEAN_GROUP
    ]
    print("\n".join(missed) or "every goal of this bench is met")
    return 1 if missed else 0


if __name__ == "__main__":
    harness.stop_when_told()
    sys.exit(main())
