"""Decides what ``make soak-customs`` does: sell a plan, kill workers, wait, compare all books.

Exit code 1 where a figure or a name differs; with ``--mutant`` that is what is wanted.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import text

from kernel import actor, config, db, deliveries
from load import harness, postgres
from load.sample import write_sample
from load.site import free_port
from load.soak import figures, goods, plan, processor
from load.soak.buying import Buying, sign_up
from load.soak.programs import Program, SoakSite
from shop.duties import refill_waybills
from shop.house import open_house

PRODUCT = "soak"
ORDERS_A_PERSON = 40
PATIENCE_S = 120.0
LOOK_S = 2.0
_HANDLED = "SELECT COUNT(*) FROM delivery WHERE state = 'done'"
_SETTLED = """
SELECT (SELECT COUNT(*) FROM customs_order WHERE state = 'refused'),
       (SELECT COUNT(*) FROM customs_order WHERE state = 'released'),
       (SELECT COUNT(*) FROM tax_bill),
       (SELECT COUNT(*) FROM customs_order WHERE paid_at IS NOT NULL)
"""


def main(words: Sequence[str] | None = None) -> int:
    """Run one soak and print its report; return the exit code."""
    chosen = _arguments(words)
    planned = plan.fates(chosen.orders, seed=chosen.seed)
    wanted = plan.expected(planned)
    with ExitStack() as stack:
        folder = chosen.keep or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-"))
        )
        folder.mkdir(parents=True, exist_ok=True)
        figures.write_expected(folder, wanted)
        server = stack.enter_context(postgres.running())
        with server.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {PRODUCT}")
        site = SoakSite(folder, server.url(PRODUCT), free_port(), 1)
        _install(site)
        pids = stack.enter_context(site.others(mutant=chosen.mutant))
        pids["server"] = stack.enter_context(site.serving())
        pids["postgresql"] = processor.postmaster(server.folder)
        settings = config.load(None, site.environment)
        stack.enter_context(open_house(settings, with_desk=False))
        return _soak(site, chosen, (planned, wanted), pids)


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="soak-customs")
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--kills", type=int, default=3, help="of the worker, in the middle")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--behind", type=int, default=200, help="orders that may be under way")
    parser.add_argument("--keep", type=Path, help="an empty folder for books and logs to stay in")
    parser.add_argument("--mutant", default="", help="plant a falsehood at customs")
    return parser.parse_args(words)


def _install(site: SoakSite) -> None:
    write_sample(site.folder / "sheets", today=datetime.now(ZoneInfo("Asia/Shanghai")).date())
    goods.give_freight_and_second_units(site.folder / "sheets")
    site.install(site.folder / "sheets")
    site.issue_keys()
    site.write_their_files()


def _soak(
    site: SoakSite,
    chosen: argparse.Namespace,
    the_plan: tuple[list[plan.Fate], plan.Expected],
    pids: Mapping[str, int],
) -> int:
    planned, wanted = the_plan
    with actor.acting(actor.SYSTEM), actor.correlated(""):
        refill_waybills()
        people = sign_up(max(8, chosen.orders // ORDERS_A_PERSON))
    workers = _Workers(site, chosen.workers)
    programs = {name: partial(processor.taken_s, pid) for name, pid in pids.items()}
    meter = processor.Meter(
        programs | {"workers": workers.taken_s, "the driver itself": time.process_time}
    )
    buying, stop, begun = Buying(site.other("customs")), threading.Event(), time.monotonic()
    seller = threading.Thread(
        target=buying.buy,
        args=(planned, people),
        kwargs={"behind": _behind, "most_behind": chosen.behind, "stop": stop},
    )
    try:
        seller.start()
        _watch(seller, workers, (buying, wanted), kills=chosen.kills)
    finally:
        stop.set()
        seller.join()
        taken = meter.since()
        workers.stop()
    seconds = time.monotonic() - begun
    print(*processor.told(taken, wanted.orders), sep="\n")
    return _report(site, buying, wanted, (seconds, workers.killed))


class _Workers:
    """The workers of a soak, killed in the middle and started again."""

    def __init__(self, site: SoakSite, count: int) -> None:
        self._site = site
        self._running = [self._start() for _ in range(count)]
        self.killed: list[int] = []
        """How many deliveries were being worked on at each kill."""
        self._taken_s = 0.0

    def _start(self) -> Program:
        return Program("worker", self._site, ["shop.cli", "worker"])

    def kill_one(self) -> bool:
        """Kill the first worker while it works, and start another; False when it was idle."""
        running = deliveries.count_open().get("running", 0)
        if running == 0:
            return False
        ended = self._running.pop(0)
        self._taken_s += processor.taken_s(ended.process.pid)
        ended.kill()
        self.killed.append(running)
        self._running.append(self._start())
        return True

    def taken_s(self) -> float:
        """Return the seconds of processor that all of them took, the killed ones included."""
        return self._taken_s + sum(processor.taken_s(one.process.pid) for one in self._running)

    def stop(self) -> None:
        """End them all."""
        for one in self._running:
            one.stop()


def _counts() -> tuple[int, int]:
    """Return how many orders have ended, refused or released and billed, and how many were paid."""
    with db.read() as connection:
        refused, released, billed, paid = connection.execute(text(_SETTLED)).one()
    return int(refused + min(released, billed)), int(paid)


def _behind() -> int:
    ended, paid = _counts()
    return paid - ended


def _watch(
    seller: threading.Thread,
    workers: _Workers,
    sale: tuple[Buying, plan.Expected],
    *,
    kills: int,
) -> None:
    """Kill workers at even parts of the way; wait until everything has come to its end.

    What the wire lost is asked for once all else is done, as a person does who sees the alarm.
    """
    buying, wanted = sale
    pace, asked = _Pace(wanted.released + wanted.refunded), False
    lost = wanted.by_fate[plan.Fate.RECEIPT_LOST]
    while True:
        time.sleep(LOOK_S / 4 if kills > len(workers.killed) else LOOK_S)
        ended, _ = _counts()
        if len(workers.killed) < kills and ended >= _due(workers, wanted, kills):
            workers.kill_one()
        pace.at(ended)
        if not seller.is_alive() and _nothing_waits():
            if ended >= pace.whole:
                return
            if ended >= pace.whole - lost and not asked:
                buying.ask_again()
                asked = True
        if pace.stands():
            print(f"nothing moved for {PATIENCE_S:.0f} s", file=sys.stderr)
            return


def _due(workers: _Workers, wanted: plan.Expected, kills: int) -> int:
    return (len(workers.killed) + 1) * wanted.orders // (kills + 1)


class _Pace:
    """How far a soak is, how fast, and whether anything still moves."""

    def __init__(self, whole: int) -> None:
        self.whole = whole
        self._begun = self._moved_at = time.monotonic()
        self._last = (-1, -1)

    def at(self, ended: int) -> None:
        """Tell progress when there is any."""
        now, seen = time.monotonic(), (ended, _handled())
        if seen != self._last:
            self._moved_at = now
        if ended != self._last[0]:
            rate = ended / max(1.0, now - self._begun)
            left_s = int((self.whole - ended) / rate) if rate else 0
            print(
                f"{ended} of {self.whole} ended, {rate:.1f} a second, {left_s} s left", flush=True
            )
        self._last = seen

    def stands(self) -> bool:
        """Whether nothing has moved for as long as one waits."""
        return time.monotonic() - self._moved_at > PATIENCE_S


def _handled() -> int:
    with db.read() as connection:
        return int(connection.execute(text(_HANDLED)).scalar_one())


def _nothing_waits() -> bool:
    found = deliveries.count_open()
    return found.get("waiting", 0) + found.get("running", 0) == 0


def _report(
    site: SoakSite, buying: Buying, wanted: plan.Expected, run: tuple[float, list[int]]
) -> int:
    seconds, killed = run
    found = figures.differences(buying.bought, customs_url=site.other("customs"))
    for difference in found[:50]:
        print(f"DIFFERENCE {difference}", file=sys.stderr)
    agree, differ = figures.compared(site)
    rate = wanted.orders / seconds
    print(f"{wanted.orders} orders in {seconds:.0f} s, {rate:.1f} a second")
    print(f"{len(killed)} workers killed, {killed} deliveries in their hands")
    print(f"{differ} totals and {len(found)} names differ")
    return 0 if agree and not found else 1


if __name__ == "__main__":
    harness.stop_when_told()
    sys.exit(main())
