"""Decide how tests of imports get a house with real workers that can be paused and killed.

What is done to them, and when, is the test's.
"""

import csv
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kernel import clock, db, ids, jobs
from kernel.jobs import Job
from shop.imports.run import ask_import
from shop.imports.templates import write_export
from simulators.customs.issue import issue
from tests.support import sample_house, seams
from tests.support.databases import Databases
from tests.support.sample_house import one

ROOT = Path(__file__).parents[2]
ENDS_S = 90.0
PIECES = 7


@dataclass
class ImportHouse:
    """A furnished house on one database; workers are started and ended by the test."""

    environment: dict[str, str]
    folder: Path
    workers: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start_worker(self) -> "subprocess.Popen[bytes]":
        """Start ``shop worker`` as a house does."""
        with (self.folder / f"worker{len(self.workers)}.log").open("wb") as said:
            worker = subprocess.Popen(
                [sys.executable, "-m", "shop.cli", "worker"],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        self.workers.append(worker)
        return worker

    def end_workers(self) -> None:
        """End all that still run; a paused one too."""
        for worker in self.workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGCONT)
                worker.kill()
                worker.wait(10)

    def ask(self, rows: int, *, document: str = "QD9") -> Job:
        """Ask for an import of stock: ``rows`` new lots of the goods that stand."""
        content = stock_sheet(rows, document)
        return ask_import("stock", io.BytesIO(content), name=f"{document}.csv", skip_bad=False)


@contextmanager
def import_house(databases: Databases, kind: str, folder: Path) -> Iterator[ImportHouse]:
    """Furnish a house on ``kind`` of database with the real clock."""
    key = issue(
        "1401962001",
        "太原前展跨境电子商务有限公司",
        out=folder / "keys",
        trust=folder / "trust",
    )
    with ExitStack() as stack:
        fresh = databases.sqlite(folder) if kind == "sqlite" else databases.postgresql()
        url = stack.enter_context(fresh)
        settings = stack.enter_context(seams.demo_config(folder / "home"))
        stack.callback(clock.use, clock.system)
        stack.enter_context(seams.opened(url, settings))
        clock.use(clock.system)
        ids.use(ids.Mint(shard=0, node=127))  # the workers lease theirs from 0
        stack.enter_context(sample_house.flowing())
        stack.callback(sample_house.forget)
        sample_house.load(folder / "sheets", on_hand=5)
        house = ImportHouse(
            {
                "QIANZHAN_DATABASE_URL": url,
                "QIANZHAN_HOME": str(folder / "home"),
                "QIANZHAN_SIGNING_KEY_FILE": str(key),
                "PYTHONPATH": str(ROOT),
            },
            folder,
        )
        stack.callback(house.end_workers)
        yield house


def stock_sheet(rows: int, document: str) -> bytes:
    """Return new lots, all of the goods of the export's lines in turn."""
    out = io.BytesIO()
    write_export("stock", out, xlsx=False)
    stand = list(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"))))
    written = io.StringIO()
    writer = csv.DictWriter(written, stand[0])
    writer.writeheader()
    for number in range(rows):
        line = stand[number % len(stand)]
        changes = {"document": document, "line": number, "lot_no": f"L{number}", "qty": PIECES}
        writer.writerow(line | changes)
    return written.getvalue().encode()


def await_job(job_id: int, reached: Callable[[Job], bool]) -> Job:
    """Return the job once it is as wished; ``AssertionError`` when that does not come."""
    ends = time.monotonic() + ENDS_S
    while time.monotonic() < ends:
        with db.read() as conn:
            job = jobs.get(conn, job_id)
        if reached(job):
            return job
        time.sleep(0.01)
    raise AssertionError(f"the job stands at {job}")


def await_one(sql: str, wished: Callable[[Any], bool]) -> Any:
    """Return the one value of a query once it is as wished."""
    ends = time.monotonic() + ENDS_S
    while not wished(found := one(sql)):
        assert time.monotonic() < ends, f"{sql}: {found}"
        time.sleep(0.05)
    return found


def let_claims_fall() -> None:
    """Half a minute passes: what a dead worker claimed is anybody's."""
    with db.write() as conn:
        conn.exec_driver_sql("UPDATE job SET claimed_until = 0")


def books() -> dict[str, int]:
    """Return pieces on hand as each of the books has them, and how many lots and lines there are."""
    return {
        "levels": one("SELECT sum(on_hand) FROM availability"),
        "lots": one("SELECT sum(qty) FROM lot"),
        "movements": one("SELECT sum(qty) FROM movement"),
        "entered": one("SELECT sum(entered) FROM account_book_balance"),
        "figures": one("SELECT sum(qty) FROM book_deduction WHERE figure = 'entered'"),
        "lot_count": one("SELECT count(*) FROM lot"),
        "line_count": one("SELECT count(*) FROM movement"),
    }


def risen(before: dict[str, int], rows: int) -> dict[str, int]:
    """Return the books after ``rows`` new lots of ``PIECES`` each."""
    return {
        name: count + rows * (1 if name.endswith("_count") else PIECES)
        for name, count in before.items()
    }


def left_over() -> tuple[int, int]:
    """Return how many staged rows and files of jobs there are still."""
    files = one("SELECT count(*) FROM job WHERE file IS NOT NULL")
    return one("SELECT count(*) FROM staged_stock"), files
