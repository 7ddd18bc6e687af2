"""Decides how the sample is made at the first start: keys, sheets, and the trade of two weeks.

The trade itself is ``load.trade``'s, in a process of its own that calls the product's verbs.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from demo.programs import Programs, python, together
from demo.run.goods import OUTLETS
from demo.run.home import STAFF, Home
from demo.run.people import Person, people
from demo.run.sheets import placed_goods, shelf_code, write_our_sheets, write_their_files

CHINA = timezone(timedelta(hours=8))
PEOPLE = 90
KEYS_OLDER_DAYS = 20


class PreparationFailed(Exception):
    """The sample could not be made; the message names what failed and where it wrote."""


@dataclass(frozen=True)
class Size:
    """How much trade there is to look at."""

    days: int = 14
    orders: int = 320
    people: int = PEOPLE


def buyers(size: Size) -> list[Person]:
    """Return the people of the sample; the first is the one to sign in as."""
    return people(size.people)


def prepare(home: Home, size: Size) -> None:
    """Make the sample; ``PreparationFailed`` leaves it to the next start to begin anew."""
    crowd = buyers(size)
    write_our_sheets(home.folder / "sheets", today=datetime.now(CHINA).date())
    write_their_files(home.folder / "theirs", crowd)
    home.clock_file.write_text(str(-KEYS_OLDER_DAYS * 86_400_000), encoding="ascii")
    os.environ["SIMULATORS_CLOCK"] = str(home.clock_file)
    try:
        together([home.issue_keys, lambda: home.run("shop.cli", "migrate")])
        with Programs(home.folder / "logs") as programs:
            programs.start(*home.theirs_in_the_past())
            _trade(home, size, crowd)
    finally:
        del os.environ["SIMULATORS_CLOCK"]
    home.add_till()
    home.ready_mark().touch()


def begin_anew(home: Home) -> None:
    """Throw away a sample that was not made whole; secrets and ports stay."""
    for part in ("ours", "theirs", "keys", "dxp", "notifier", "slips", "logs", "sheets", "out"):
        shutil.rmtree(home.folder / part, ignore_errors=True)
        (home.folder / part).mkdir(mode=0o700)


def _trade(home: Home, size: Size, crowd: Sequence[Person]) -> None:
    world = home.folder / "secrets" / "world.json"
    world.touch(mode=0o600)
    world.write_text(json.dumps(_world(home, crowd), ensure_ascii=False), encoding="utf-8")
    words = ("--world", str(world), "--customs-url", home.url("customs"))
    sized = ("--days", str(size.days), "--orders", str(size.orders))
    log = home.folder / "logs" / "trade.log"
    with log.open("ab") as errors:
        done = subprocess.run(  # our own command
            python("load.trade", *words, *sized),
            env=os.environ | home.environment,
            stderr=errors,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    world.unlink()
    if done.returncode != 0:
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
    }
