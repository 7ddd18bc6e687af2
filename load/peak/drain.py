"""Decides when a load has drained: every paid order at its end, no delivery waiting.

Where the guarantee ran out, the tax period ends first: customs sums the bills on a slip, the slip
is paid at customs and told to the product, and what waited for room goes by itself.
"""

import time
from collections.abc import Callable

import requests
from sqlalchemy import text

from kernel import db
from load.peak.moments import Moment, Moments
from load.peak.site import LoadSite

PATIENCE_S = 60.0
"""How long nothing at all may move before it is told that it stands."""
LOOK_S = 0.5
QUIET_LOOKS = 6
SPOKEN_S = 3.0
PERIOD_MS = 32 * 86_400_000
"""Past day 31 after the release, when bills are summed up (K)."""
_ON_SLIPS = "SELECT COUNT(*) FROM tax_bill WHERE duty_no IS NOT NULL"
_BILLS = "SELECT COUNT(*) FROM tax_bill"


class Stands(Exception):
    """A load does not drain; the message says what still waits."""


def drain(moments: Moments, *, patience_s: float = PATIENCE_S) -> Moment:
    """Wait until all is done and return the last moment; raises ``Stands``.

    Where nothing moves for ``patience_s`` it stands: what a killed worker holds falls to another
    after a minute.
    """
    return _await(moments, "the end of every order", _all_ended, patience_s)


def drain_until_full(moments: Moments) -> Moment:
    """Wait until only lists wait, for room under the guarantee; raises ``Stands``.

    All of them wait: whatever was paid is at its end or in the queue, several looks long.
    """
    seen = 0

    def only_the_queue(now: Moment) -> bool:
        nonlocal seen
        full = now["queued"] > 0 and now["paid"] == now["ended"] + now["queued"]
        seen = seen + 1 if full else 0
        return seen >= QUIET_LOOKS

    return _await(moments, "the guarantee to be full", only_the_queue)


def pay_the_period(site: LoadSite, moments: Moments) -> int:
    """End the tax period, pay its slip, and return the fen that came free; raises ``Stands``."""
    site.move_their_clock(PERIOD_MS)
    _await(moments, "the slip of the period", lambda _: _one(_ON_SLIPS) == _one(_BILLS))
    site.move_their_clock(0)
    customs, freed_fen = site.other("customs"), 0
    for slip in requests.get(f"{customs}/duty-slips", timeout=20).json()["slips"]:
        due_fen = sum(fen for name, fen in slip.items() if name.endswith("tax_fen"))
        url = f"{customs}/duty-slips/{slip['slip_no']}/payments"
        requests.post(url, json={"amount_fen": due_fen}, timeout=20).raise_for_status()
        site.run("shop.cli", "tax-slip-paid", slip["slip_no"])
        freed_fen += due_fen
    return freed_fen


def _all_ended(now: Moment) -> bool:
    return now["paid"] == now["ended"] and now["deliveries"] == 0 and now["queued"] == 0


def _one(query: str) -> int:
    with db.read() as connection:
        return int(connection.execute(text(query)).scalar_one())


def _await(
    moments: Moments, what: str, met: Callable[[Moment], bool], patience_s: float = PATIENCE_S
) -> Moment:
    last, moved_at = (-1.0, -1.0, -1.0), time.monotonic()
    spoken_at = time.monotonic()
    while True:
        now = moments.look()
        if met(now):
            return now
        state = (now["ended"], now["paid"], now["done"] if now["queued"] == 0 else now["held_fen"])
        if state != last:
            last, moved_at = state, time.monotonic()
        if time.monotonic() - spoken_at > SPOKEN_S:
            spoken_at = time.monotonic()
            print(
                f"  draining: {now['ended']:.0f} of {now['paid']:.0f} paid orders at their end,"
                f" {now['queued']:.0f} wait for the guarantee, {now['deliveries']:.0f} deliveries",
                flush=True,
            )
        if time.monotonic() - moved_at > patience_s:
            raise Stands(f"nothing moved for {patience_s:.0f} s, waiting for {what}: {now}")
        time.sleep(LOOK_S)
