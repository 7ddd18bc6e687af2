"""Decides how the sample is made at the first start: keys, sheets, and the trade of two weeks.

The trade itself is ``load.trade``'s, in a process of its own that calls the product's verbs.
"""

import json
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from demo.box import OUTLET
from demo.programs import Program, Programs, python, together
from demo.run.goods import OUTLETS
from demo.run.home import STAFF, Home
from demo.run.people import Person, people
from demo.run.sheets import placed_goods, shelf_code, write_our_sheets, write_their_files

CHINA = timezone(timedelta(hours=8))
PEOPLE = 90
KEYS_OLDER_DAYS = 20
DAY_MS = 86_400_000


class PreparationFailed(Exception):
    """The sample could not be made; the message names what failed and where it wrote."""


@dataclass(frozen=True)
class Size:
    """How much trade there is to look at."""

    days: int = 14
    orders: int = 304
    people: int = PEOPLE


def buyers(size: Size) -> list[Person]:
    """Return the people of the sample; the first is the one to sign in as."""
    return people(size.people)


def prepare(home: Home, size: Size, programs: Programs, stop: threading.Event) -> None:
    """Make the sample; ``PreparationFailed`` leaves it to the next start to begin anew.

    That is raised when ``stop`` was set meanwhile, too.

    The other side runs on afterwards, its clock at the machine's; but for the courier, who has
    taken a day for each parcel and is to be started as one who takes seconds.
    """
    crowd = buyers(size)
    write_our_sheets(home.folder / "sheets", today=datetime.now(CHINA).date())
    write_their_files(home.folder / "theirs", crowd)
    home.move_their_clock(-KEYS_OLDER_DAYS * DAY_MS)
    together([home.issue_keys, lambda: home.run("shop.cli", "migrate")])
    programs.start(*home.theirs().values())
    _trade(home, size, crowd, (programs, stop))
    home.move_their_clock(0)
    programs.stop("courier")
    home.mark_ready()


def begin_anew(home: Home) -> None:
    """Throw away a sample that was not made whole; secrets and ports stay."""
    home.complete_staff()
    for part in ("ours", "theirs", "keys", "dxp", "notifier", "slips", "logs", "sheets", "out"):
        shutil.rmtree(home.folder / part, ignore_errors=True)
        (home.folder / part).mkdir(mode=0o700)


def _trade(
    home: Home, size: Size, crowd: Sequence[Person], under: tuple[Programs, threading.Event]
) -> None:
    world = home.folder / "secrets" / "world.json"
    world.touch(mode=0o600)
    world.write_text(json.dumps(_world(home, crowd), ensure_ascii=False), encoding="utf-8")
    words = ("--world", str(world), "--customs-url", home.url("customs"))
    sized = ("--days", str(size.days), "--orders", str(size.orders))
    log = home.folder / "logs" / "trade.log"
    programs, stop = under
    trade = Program("trade", python("load.trade", *words, *sized), environment=home.environment)
    try:
        code = programs.run(trade, stop)
    finally:
        world.unlink()
    if code is None:
        raise PreparationFailed("The sample was not made whole; the next start begins anew.")
    if code != 0:
        last = log.read_text(errors="replace").strip().splitlines()[-3:]
        raise PreparationFailed(f"The trade was not made: {' / '.join(last)} (more in {log})")


def _world(home: Home, crowd: Sequence[Person]) -> dict[str, object]:
    shelves = [
        shelf_code(number, place)
        for number in range(len(OUTLETS))
        for place in range(len(dict.fromkeys(placed_goods(number))))
    ]
    staff = [
        {"login": login, "role": role, "outlet": outlet, "password": home.staff[login]}
        for login, role, outlet in STAFF
    ]
    return {
        "sheets": str(home.folder / "sheets"),
        "shelves": shelves,
        "people": [person.as_json() for person in crowd],
        "staff": staff,
        "till": {
            "outlet": OUTLET,
            "name": f"{OUTLET}-till",
            "journal": str(home.till_journal),
            "key_file": str(home.till_key),
            "printer": f"127.0.0.1:{home.ports['printer']}",
        },
    }
