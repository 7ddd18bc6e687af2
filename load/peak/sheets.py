"""Decides in what a load's sample differs from the bench's: outlets with tills, and what runs short.

The goods stand in each outlet twice: to be sent from the zone, and cleared, to be taken along.
"""

import csv
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from load.crowd.plan import Shelf
from load.peak.profiles import Profile
from load.sample import GOODS, gtin13, shelf_code, write_sample

TAX_FEN = 90
"""Of one piece: 9.1 % of 9.90 yuan, rounded half up.  The guarantee is cut to it."""
Row = dict[str, str]


def outlet_code(number: int) -> str:
    """Return the code of the ``number``-th outlet; the first is the bench's."""
    return f"TY{number + 1:04d}"


def shelves() -> tuple[Shelf, ...]:
    """Return where shoppers scan, the hot article first."""
    return tuple(Shelf(shelf_code(number), f"0{gtin13(number)}") for number in range(GOODS))


def write_sheets(folder: Path, profile: Profile) -> None:
    """Write the sample of a profile into ``folder``."""
    write_sample(folder, today=datetime.now(ZoneInfo("Asia/Shanghai")).date())
    outlets = max(1, profile.tills)
    _change(folder, "outlets", lambda rows: [_outlet(rows[0], n) for n in range(outlets)])
    _change(folder, "offers", lambda rows: rows + [_cleared(row) for row in rows])
    _change(
        folder,
        "placements",
        lambda rows: rows + [_at_the_till(row, n) for n in range(outlets) for row in rows],
    )
    if profile.stock_bp:
        pieces = max(1, profile.orders * profile.stock_bp // 10_000)
        _change(folder, "stock", lambda rows: [rows[0] | {"qty": str(pieces)}, *rows[1:]])
    if profile.guarantee_bp:
        limit = f"{guarantee_fen(profile) // 100}.{guarantee_fen(profile) % 100:02d}"
        _change(folder, "guarantees", lambda rows: [row | {"limit": limit} for row in rows])


def guarantee_fen(profile: Profile) -> int:
    """Return the room under the guarantee: a share of the planned wave's tax, at least a list's."""
    return max(TAX_FEN, profile.orders * TAX_FEN * profile.guarantee_bp // 10_000)


def _outlet(first: Row, number: int) -> Row:
    if number == 0:
        return first
    return first | {
        "code": outlet_code(number),
        "name": f"晋便利第{number + 1}店",
        "name_en": f"Jin Convenience No. {number + 1}",
        "address": f"山西省太原市小店区平阳路{number + 1}号",
        "phone": f"0351700{number + 1:04d}",
    }


def _cleared(offer: Row) -> Row:
    return offer | {"route": "domestic", "price": "11.50"}


def _at_the_till(placement: Row, number: int) -> Row:
    return placement | {
        "shelf_code": f"D{number:04d}{placement['shelf_code'][1:]}",
        "outlet": outlet_code(number),
        "routes": "domestic",
        "piece": "none",
    }


def _change(folder: Path, name: str, change: Callable[[list[Row]], list[Row]]) -> None:
    path = folder / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = change(list(csv.DictReader(file)))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
