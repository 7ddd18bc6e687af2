"""Decides in what the goods of a soak differ from the bench's: freight, and a second legal unit.

Without them some of the other side's falsehoods would have nothing to falsify.
"""

import csv
from pathlib import Path

from load.soak.plan import FREIGHT

PIECE = "011"
_CHANGES = {
    "offers": {"freight": str(FREIGHT)},
    "tariff": {"unit2": PIECE},
    "account_book": {"unit2": PIECE, "qty2": "1"},
}


def give_freight_and_second_units(sheets: Path) -> None:
    """Write the changes into every row of the sheets in a folder."""
    for name, changes in _CHANGES.items():
        path = sheets / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = [row | changes for row in csv.DictReader(file)]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
