"""Count the sugar and rice that a person takes in a year, by tariff code and net kilograms.

2 kg sugar, 20 kg rice (reference, section 5).  A refusal has the code of the yearly limit: the
authority's table has none of its own for weight (U).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from decimal import Decimal

from simulators.ceb import Record
from simulators.customs.checks import Texts, amount, demand
from simulators.customs.tariff import Rates

LIMITS = {"sugar": Decimal(2), "rice": Decimal(20)}
NAMES = {"sugar": "食糖", "rice": "大米"}
_KILOGRAM = "035"


def of_list(tariff: Mapping[str, Rates], record: Record) -> dict[str, Decimal]:
    """Return the net kg of each limited kind on a list."""
    found: dict[str, Decimal] = {}
    for line in record.lines:
        rates = tariff.get(line["gcode"])
        if rates is not None and rates.weight_limit:
            kind = rates.weight_limit
            found[kind] = found.get(kind, Decimal(0)) + _kilograms(line, record)
    return found


def _kilograms(line: Texts, record: Record) -> Decimal:
    """Return the quantity that is told in kg; the head's net weight when the list is one line."""
    for which in ("1", "2", ""):
        if line.get(f"unit{which}") == _KILOGRAM:
            return amount(line, f"qty{which}")
    demand(len(record.lines) == 1, f"第{line['gnum']}项无法确定净重")
    return amount(record.head, "netWeight")


def demand_within(
    conn: sqlite3.Connection, weights: Mapping[str, Decimal], *, buyer: str, year: int
) -> None:
    """Refuse a list by which its buyer's year goes over a limit; raises ``Refusal``."""
    for kind, kg in weights.items():
        used = sum(
            (
                Decimal(row["kg"])
                for row in conn.execute(
                    "SELECT kg FROM weight_use WHERE buyer_lookup = ? AND year = ? AND kind = ?",
                    (buyer, year, kind),
                )
            ),
            Decimal(0),
        )
        limit = LIMITS[kind]
        text = f"超过{NAMES[kind]}年度限量{limit}千克:已用{used}千克,本单{kg}千克"
        demand(used + kg <= limit, text, code="-621018")


def keep(
    conn: sqlite3.Connection,
    list_id: int,
    weights: Mapping[str, Decimal],
    *,
    buyer: str,
    year: int,
) -> None:
    """Write down what a taken list uses."""
    conn.executemany(
        "INSERT INTO weight_use VALUES (?, ?, ?, ?, ?)",
        [(list_id, kind, buyer, year, str(kg)) for kind, kg in weights.items()],
    )


def give_back(conn: sqlite3.Connection, list_id: int, part: Decimal) -> None:
    """Give ``part`` (0..1) of what a list used back to its buyer's year."""
    for row in conn.execute("SELECT * FROM weight_use WHERE list_id = ?", (list_id,)).fetchall():
        left = Decimal(row["kg"]) * (1 - part)
        conn.execute(
            "UPDATE weight_use SET kg = ? WHERE list_id = ? AND kind = ?",
            (str(left), list_id, row["kind"]),
        )
