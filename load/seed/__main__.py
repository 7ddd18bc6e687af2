"""Decides what ``make seed`` does: a large house on a database server of its own, told and compared.

With ``--url`` it fills the empty database named there, which then stays; a superuser's address on
PostgreSQL, for seeded rows are written without triggers.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from load import invariants, postgres
from load.harness import Row, report, stop_when_told
from load.seed.fill import PROCESSOR, Size, compared, connected, fill, size_bytes
from load.seed.house import install
from load.site import Site, free_port
from load.soak import processor

PRODUCT = "seeded"
GIB = 2**30


def main(words: Sequence[str] | None = None) -> int:
    """Seed, tell pace and size, compare the books; return the exit code."""
    chosen = _arguments(words)
    size = Size(chosen.orders, items=chosen.items, hands=chosen.hands)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seed-")))
        url = chosen.url or stack.enter_context(_own_database())
        site = Site(folder, url, free_port(), 1)
        begun = time.monotonic()
        install(site, outlets=chosen.outlets)
        installed_s = time.monotonic() - begun
        spent = {"installing": installed_s} | fill(site, size, processor_s=_taken_s)
        whole_s = time.monotonic() - begun
        with connected(url) as connection:
            grown = size_bytes(connection)
        compared_from = time.monotonic()
        found = compared(site)
        spent["comparing"] = time.monotonic() - compared_from
    print(*invariants.told(found), sep="\n")
    _tell(size, spent, whole_s, grown)
    return 1 if any(found.values()) else 0


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make seed", description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--items", type=int, default=50_000)
    parser.add_argument("--outlets", type=int, default=2_000)
    parser.add_argument("--hands", type=int, default=2, help="processes that write orders")
    parser.add_argument("--url", default="", help="an empty database to fill and to keep")
    chosen = parser.parse_args(words)
    if min(chosen.orders, chosen.items, chosen.outlets, chosen.hands) < 1:
        parser.error("every size is at least 1")
    return chosen


def _taken_s() -> float:
    """Return what this process and all below it took, a database server of its own included."""
    return processor.taken_s(os.getpid())


@contextmanager
def _own_database() -> Iterator[str]:
    with postgres.running() as server:
        with server.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {PRODUCT}")
        yield server.url(PRODUCT)


def _tell(size: Size, spent: dict[str, float], whole_s: float, grown: int) -> None:
    """Print pace and size, and what ten million orders would take at them."""
    pace = size.orders / spent["orders"]
    taken_us = spent.pop(PROCESSOR) / size.orders * 1_000_000
    each = grown / size.orders
    rows = [Row(name, "s", one, one, one, {}) for name, one in spent.items()]
    rows.append(Row("orders", "orders/s", pace, pace, pace, {}))
    rows.append(Row("of the processor an order", "µs", taken_us, taken_us, taken_us, {}))
    rows.append(Row("an order with its indexes", "bytes", each, each, each, {}))
    report("seed", rows)
    grows_s = spent["people"] + spent["orders"] + spent["closing"]
    ten_s = whole_s - grows_s + grows_s * 10_000_000 / size.orders
    print(
        f"{size.orders:,} orders in {whole_s:.0f} s; ten million at this pace: "
        f"{ten_s / 60:.0f} minutes, {each * 10_000_000 / GIB:.0f} GiB"
    )


if __name__ == "__main__":
    stop_when_told()
    sys.exit(main())
