"""Decides what ``python -m load.trade`` does: load a world, live two weeks in it, check the books.

Runs against simulators that are up and read the same SIMULATORS_CLOCK; nobody serves yet.
"""

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kernel import actor, clock, config, db, register
from kernel.actor import Actor
from load.trade import calendar, invariants
from load.trade.at_work import House, at_work
from load.trade.clockwork import Clockwork
from load.trade.counter import counter_of
from load.trade.lived import HANDS, Trade
from load.trade.progress import Progress
from load.trade.shoppers import Shopper, sign_up
from load.trade.world import Staff, World, read_world
from shop.accounts.put_staff import put_staff
from shop.duties import refill_waybills
from shop.sheets.load_sample import load_sample


def main() -> int:
    """Return 0 when the trade was lived and the books agree, 1 naming what does not."""
    words = _arguments()
    settings = config.load(None, os.environ)
    now = clock.system()
    begun = time.monotonic()
    planned = calendar.slots(now, days=words.days, orders=words.orders)
    first = min(slot.at for slot in planned) - clock.HOUR
    clockwork = Clockwork(Path(os.environ["SIMULATORS_CLOCK"]), behind=now - first)
    with at_work(settings, clockwork) as house:
        world = read_world(words.world)
        operator, shoppers = _settle_in(house, world)
        with counter_of(world.till) as counter:
            trade = Trade(house, world, (shoppers, counter), customs_url=words.customs_url)
            trade.live(planned, operator)
        found = invariants.all_differences(customs_url=words.customs_url)
    for difference in found:
        print(f"DIFFERENCE {difference}", file=sys.stderr)
    states = ", ".join(f"{count} {state}" for state, count in invariants.states().items())
    print(f"{trade.placed} orders in {time.monotonic() - begun:.0f} s: {states}")
    print(f"{counter.sold} sales at the till of {world.till.outlet}")
    print(f"{len(invariants.RULES)} comparisons of the books, {len(found)} differences")
    return 1 if found else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m load.trade", description=__doc__)
    parser.add_argument("--world", type=Path, required=True, help="JSON, see load/trade/world.py")
    parser.add_argument("--customs-url", required=True)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--orders", type=int, default=304)
    return parser.parse_args()


def _settle_in(house: House, world: World) -> tuple[Actor, list[Shopper]]:
    with house.clockwork.working(), actor.acting(actor.SYSTEM):
        load_sample(world.sheets)
        refill_waybills()
        staff = {one.role: _employ(one) for one in world.staff}
        progress = Progress("shoppers", whole=len(world.people))
        shoppers: list[Shopper] = []
        with ThreadPoolExecutor(HANDS) as hands:
            for shopper in hands.map(sign_up, world.people):
                shoppers.append(shopper)
                progress.at(len(shoppers), "signed up and verified")
    return Actor("staff", staff["operator"]), shoppers


def _employ(one: Staff) -> int:
    outlet_id = None
    if one.outlet:
        with db.read() as connection:
            outlet_id = register.get_outlet_by_code(connection, one.outlet).id
    return put_staff(one.login, one.password, role=one.role, outlet_id=outlet_id)


if __name__ == "__main__":
    sys.exit(main())
