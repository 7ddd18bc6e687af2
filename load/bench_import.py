"""Decides what ``make bench-import`` measures: 100,000 goods and 1,000,000 stock rows, orders beside.

The import is the product's own command in a process of its own; shoppers place orders meanwhile.
A third sheet adds pieces to levels that stand: only for those does the import hold what orders
wait for, and for how long is measured by looking at the database's locks.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from load import harness
from load.harness import ROOT, Row
from load.order_rig import Rig, rig
from load.sample import HS_CODE, MERCHANT, VALID
from load.wrk import Load, Sent

WINDOW = Load(8, 5)
IMPORTER = "import"
_HOLDS = """
SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND application_name = %s
"""


def main(words: Sequence[str] | None = None) -> int:
    """Run the bench, print its table, write ``var/bench/import.json``; 1 if an order failed."""
    parser = argparse.ArgumentParser(prog="bench-import")
    parser.add_argument("--goods", type=int, default=100_000)
    parser.add_argument("--stock", type=int, default=1_000_000)
    parser.add_argument("--again", type=int, default=100_000)
    chosen = parser.parse_args(words)
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        rig(Path(folder), people=64, processes=1) as installed,
    ):
        alone = [installed.place(WINDOW, run=f"alone{number}") for number in range(2)]
        rows = _orders("alone", alone)
        wrong = sum(sent.wrong for sent in alone)
        for kind, title, count, lines in (
            ("goods", "goods", chosen.goods, goods_rows(chosen.goods)),
            ("stock", "stock", chosen.stock, stock_rows(chosen.stock, chosen.goods)),
            ("stock", "more stock", chosen.again, stock_rows(chosen.again, chosen.goods, "QD0502")),
        ):
            file = Path(folder) / f"{title.replace(' ', '-')}.csv"
            write_rows(file, lines)
            spent, beside = _import(installed, kind, file)
            rows += _steps(title, count, spent) + _orders(f"beside {title}", beside)
            harness.report("import", rows)
            wrong += sum(sent.wrong for sent in beside)
        _compare_books(installed)
    print(f"FAIL: {wrong} orders were refused" if wrong else "no order was refused")
    return 1 if wrong else 0


def _import(installed: Rig, kind: str, file: Path) -> tuple[dict[str, float], list[Sent]]:
    """Import one file and return the seconds of each state, and what shoppers saw meanwhile."""
    sent: list[Sent] = []
    over = threading.Event()

    def order() -> None:
        while not over.is_set():
            sent.append(installed.place(WINDOW, run=f"{file.stem}{len(sent)}"))

    shoppers = threading.Thread(target=order)
    command = [sys.executable, "-m", "shop.cli", "import", kind, str(file)]
    environment = os.environ | installed.site.environment | {"PGAPPNAME": IMPORTER}
    log = (installed.folder / f"{file.stem}.log").open("w+")
    shoppers.start()
    try:
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log
        ) as process:
            spent = _watch(installed, process)
    finally:
        over.set()
        shoppers.join()
    if process.returncode:
        log.seek(0)
        raise RuntimeError(log.read()[-2000:])
    return spent, sent


def _watch(installed: Rig, process: "subprocess.Popen[bytes]") -> dict[str, float]:
    spent: defaultdict[str, float] = defaultdict(float)
    before = time.monotonic()
    held = 0.0
    with installed.connect() as connection:
        while process.poll() is None:
            found = connection.execute("SELECT state FROM job ORDER BY id DESC LIMIT 1").fetchone()
            holds = connection.execute(_HOLDS, [IMPORTER]).fetchone()
            time.sleep(0.02)
            now = time.monotonic()
            spent[found[0] if found else "waiting"] += now - before
            spent["whole"] += now - before
            held = held + now - before if holds else 0.0
            spent["held"] = max(spent["held"], held)
            before = now
    return spent


def _compare_books(installed: Rig) -> None:
    """Levels, lots, movements and account book have the same pieces, or nothing was measured."""
    with installed.connect() as connection:
        sums = [
            connection.execute(query).fetchone()
            for query in (
                "SELECT sum(on_hand) FROM availability",
                "SELECT sum(qty) FROM lot",
                "SELECT sum(qty) FROM movement",
                "SELECT sum(entered) FROM account_book_balance",
            )
        ]
    if len(set(sums)) != 1:
        raise RuntimeError(f"the books differ: {sums}")


def _steps(kind: str, count: int, spent: dict[str, float]) -> list[Row]:
    whole = spent["whole"]
    rows = [Row(f"{count:,} {kind}", "s", whole, whole, whole, {})]
    pace = count / whole
    rows.append(Row(f"pace of {kind}", "rows/s", pace, pace, pace, {}))
    for state in ("checking", "staging", "applying"):
        value = spent.get(state, 0.0)
        rows.append(Row(f"{kind} {state}", "s", value, value, value, {}))
    held_ms = 1_000 * spent["held"]
    rows.append(Row(f"lock held by {kind}", "ms", held_ms, held_ms, held_ms, {}))
    return rows


def _orders(name: str, sent: Sequence[Sent]) -> list[Row]:
    told = (
        ("orders", "orders/s", [one.per_second for one in sent]),
        ("p50", "ms", [one.p50_ms for one in sent]),
        ("p99", "ms", [one.p99_ms for one in sent]),
    )
    return [
        Row(f"{what} {name}", unit, median(all_), min(all_), max(all_), {})
        for what, unit, all_ in told
    ]


def write_rows(file: Path, rows: Iterator[dict[str, Any]]) -> None:
    """Write rows as a sheet that ``shop import`` reads."""
    first = next(rows)
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, fieldnames=list(first))
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(rows)


def _gtin(number: int) -> str:
    digits = f"87{number:010d}"
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def goods_rows(count: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of a sheet of goods, each with its account-book item."""
    for number in range(count):
        name = f"婴儿配方奶粉 {number}"
        yield {
            **{"sku": f"IM-{number:08d}", "gtin": _gtin(number), "name": name},
            **{"name_en": f"Infant formula {number}", "brand": "Polderland", "model": "800g"},
            **{"image": "", "warehouse": "WUSU-1", "item_record_no": f"1{number:08d}"},
            **{"hs_code": HS_CODE, "gname": name, "gmodel": "800g", "origin": "309"},
            **{"unit": "122", "unit1": "035", "qty1": "0.8", "unit2": "", "qty2": ""},
            **{"net_kg": "0.8", "gross_kg": "1.02", "measure": "", "measure_kind": ""},
            **{"expires_on": "2028-01-31", "owner_customs_code": MERCHANT},
            "valid_from": VALID["valid_from"],
        }


def stock_rows(count: int, goods: int, document: str = "QD0501") -> Iterator[dict[str, Any]]:
    """Yield the rows of a sheet of stock: lots of the goods, one after the other."""
    for number in range(count):
        yield {
            **{"document": f"{document}{number // 10_000:06d}", "line": number % 10_000 + 1},
            **{"warehouse": "WUSU-1", "item_record_no": f"1{number % goods:08d}"},
            **{"lot_no": f"L{number // goods:04d}", "location": f"A-{number % 97:02d}-1"},
            **{"qty": 12, "expires_on": "2028-01-31", "unit_cost": ""},
        }


if __name__ == "__main__":
    harness.stop_when_told()
    sys.exit(main())
