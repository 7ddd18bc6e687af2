"""Decide how the browser tests come by a whole house: ``python -m demo.run`` on free ports."""

import os
import re
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.label import read_label
from demo.run.goods import GOODS, Goods
from demo.run.home import PORTS, Home
from demo.run.people import Person, people
from demo.run.prepare import PEOPLE
from demo.run.sheets import shelf_code
from tests.browser.shared import Shared

SMALL = ("--days", "1", "--orders", "9", "--people", "3", "--parcels-take", "4")
TELLS_WITHIN_S = 20


@dataclass
class OpenHouse:
    """A running house: its addresses, its sign-ins, and what it printed."""

    home: Home
    said: Path
    people: list[Person]

    @property
    def web(self) -> str:
        """The server's address, as pages and labels give it."""
        return self.home.public_url

    def read_shelf(self, place: int) -> tuple[str, Goods]:
        """Print the label of a shelf of the first outlet; return its address as a phone reads it."""
        code, pdf = shelf_code(0, place), self.home.folder / f"label-{place}.pdf"
        self.home.run("shop.cli", "label", code, str(pdf))
        return read_label(pdf), GOODS[place]

    def codes_for(self, phone: str) -> list[str]:
        """Return the one-time codes that the message gateway printed for a phone, so far."""
        told = self.said.read_text(encoding="utf-8")
        return re.findall(rf"message to \S*{phone}: .*?(?<!\d)(\d{{6}})(?!\d)", told)

    def code_for(self, phone: str, *, beyond: int) -> str:
        """Return the newest code for a phone, once it got more than ``beyond``."""
        ends = time.monotonic() + TELLS_WITHIN_S
        while time.monotonic() < ends:
            codes = self.codes_for(phone)
            if len(codes) > beyond:
                return codes[-1]
            time.sleep(0.1)
        raise TimeoutError(f"no message to {phone}")


@contextmanager
def open_house(folder: Path, *, large: bool) -> Iterator[OpenHouse]:
    """Make the sample and run the house in ``folder``, unless another worker does already."""
    size = () if large else SMALL
    command = [sys.executable, "-m", "demo.run", "--home", str(folder / "home"), *size]
    folder.mkdir(exist_ok=True)
    house = Shared(folder)
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("QIANZHAN_DATABASE_URL", raising=False)
        for name, port in house.kept("ports", _free_ports).items():
            patched.setenv(f"PORT_{name.upper()}", str(port))
        with house.used(command, os.environ | {"PYTHONUNBUFFERED": "1"}):
            crowd = people(PEOPLE if large else int(SMALL[5]))
            yield OpenHouse(Home(folder / "home" / "out", folder / "home"), house.said, crowd)


def _free_ports() -> dict[str, int]:
    with ExitStack() as stack:
        probes = {name: stack.enter_context(socket.socket()) for name in PORTS}
        for probe in probes.values():
            probe.bind(("127.0.0.1", 0))
        return {name: probe.getsockname()[1] for name, probe in probes.items()}
