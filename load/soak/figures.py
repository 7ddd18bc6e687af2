"""Decides what both sides of a soak are asked at its end, and which figures must be the same.

Ours are read from our tables, customs' from what it tells, the provider's from its own books;
what was expected was written down before anything was sold.
"""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import requests
from sqlalchemy import text

from kernel import db
from load.harness import RESULTS, ROOT
from load.sample import PLATFORM
from load.soak.buying import Bought
from load.soak.plan import FOR_A_PERSON, REFUNDED, Expected, for_the_comparison
from load.soak.programs import DXP_IDS, SoakSite
from load.trade.invariants import Difference, all_differences

_STATES = "SELECT order_no, state FROM customs_order WHERE paid_at IS NOT NULL"
_SUMS = """
SELECT (SELECT COALESCE(SUM(gross_fen), 0) FROM payment WHERE captured_at IS NOT NULL),
       (SELECT COALESCE(SUM(amount_fen), 0) FROM refund WHERE state = 'done'),
       (SELECT COALESCE(SUM(customs_fen + vat_fen + consumption_fen), 0) FROM tax_bill)
"""
_GOODS = "SELECT COALESCE(SUM(goods_fen), 0) FROM customs_order WHERE state = 'released'"


@dataclass(frozen=True)
class Total:
    """One figure: as planned, as we have it, as the other side has it."""

    name: str
    expected: int
    ours: int
    theirs: int

    @property
    def agrees(self) -> bool:
        """Whether all three are the same."""
        return self.expected == self.ours == self.theirs

    def __str__(self) -> str:
        mark = "" if self.agrees else "   DIFFERS"
        return f"{self.name:<32} {self.expected:>12,} {self.ours:>12,} {self.theirs:>12,}{mark}"


def totals(planned: Expected, *, customs_url: str, stripe_books: Path) -> list[Total]:
    """Return the figures of all three books."""
    states = _states()
    with db.read() as connection:
        paid_fen, refunded_fen, tax_fen = connection.execute(text(_SUMS)).one()
        goods_fen = connection.execute(text(_GOODS)).scalar_one()
    customs = requests.get(f"{customs_url}/books", timeout=120).json()
    charged, given_back = _provider(stripe_books)
    released = sum(state == "released" for state in states.values())
    refused = sum(state == "refused" for state in states.values())
    taken = customs["lists"]
    bills = customs["tax_bills"]
    return [
        Total("orders paid", planned.orders, len(states), len(charged)),
        Total(
            "orders that stand declared (311)",
            planned.orders - planned.refunded,
            len(states) - refused,
            _accepted(customs, "CEB311"),
        ),
        Total("payments declared (411)", planned.orders, len(states), _accepted(customs, "CEB411")),
        Total("waybills declared (511)", planned.orders, len(states), _accepted(customs, "CEB511")),
        Total("lists released", planned.released, released, taken.get("released", 0)),
        Total("orders refunded", planned.refunded, refused, len(given_back)),
        Total("tax bills", planned.released, _count("tax_bill"), bills["count"]),
        Total("fen paid", planned.paid_fen, int(paid_fen), sum(charged)),
        Total("fen refunded", planned.refunded_fen, int(refunded_fen), sum(given_back)),
        Total(
            "fen of goods released",
            planned.released_goods_fen,
            int(goods_fen),
            customs["list_goods_fen"],
        ),
        Total(
            "fen of tax billed",
            planned.released_tax_fen,
            int(tax_fen),
            sum(bills[f"{kind}_fen"] for kind in _TAXES),
        ),
    ]


_TAXES = ("customs_tax", "value_added_tax", "consumption_tax")


def _accepted(customs: dict[str, dict[str, dict[str, int]]], kind: str) -> int:
    return customs["documents"][kind].get("accepted", 0)


def _provider(books: Path) -> tuple[list[int], list[int]]:
    """Return what the provider charged and gave back, a figure each."""
    with sqlite3.connect(f"file:{books}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT kind, body FROM object WHERE kind IN ('charge', 'refund')"
        ).fetchall()
    bodies = [(kind, json.loads(body)["amount"]) for kind, body in rows]
    charged = [amount for kind, amount in bodies if kind == "charge"]
    return charged, [amount for kind, amount in bodies if kind == "refund"]


def _count(table: str) -> int:
    with db.read() as connection:
        return int(connection.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one())


def _states() -> dict[str, str]:
    with db.read() as connection:
        return {row.order_no: row.state for row in connection.execute(text(_STATES))}


def by_name(bought: Sequence[Bought]) -> list[Difference]:
    """Return each order that did not come to the end its fate has."""
    states = _states()
    found = []
    for one in bought:
        if one.fate in REFUNDED:
            wanted = {"refused"}
        elif one.fate in FOR_A_PERSON:
            wanted = {"paid", "declared"}
        else:
            wanted = {"released"}
        told = states.get(one.order_no, "unpaid")
        if told not in wanted:
            found.append(
                Difference(f"the end of {one.fate}", one.order_no, " or ".join(wanted), told)
            )
    return found


def differences(bought: Sequence[Bought], *, customs_url: str) -> list[Difference]:
    """Return what differs by name, within our books, and between ours and customs' list by list."""
    return by_name(bought) + all_differences(customs_url=customs_url)


def compared(site: SoakSite, wanted: Expected) -> bool:
    """Let the program that shares nothing with either side compare all books; True: they agree."""
    expected = site.folder / "expected.json"
    expected.write_text(json.dumps(for_the_comparison(wanted)), encoding="utf-8")
    theirs = site.folder / "theirs"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "demo.compare", "--ours", site.database_url),
            *("--theirs", str(theirs), "--dxp-id", DXP_IDS[PLATFORM]),
            *("--tariff", str(theirs / "tariff.json")),
            *("--account-book", str(theirs / "account_book.json")),
            *("--expected", str(expected), "--report", str(RESULTS / "soak-compared.json")),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = (done.stdout + done.stderr).splitlines()
    print(*lines[:200], *lines[-1:], sep="\n")
    return done.returncode == 0


def write(path: Path, planned: Expected) -> None:
    """Write the expected totals down, before the run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(planned), indent=1) + "\n", encoding="utf-8")
