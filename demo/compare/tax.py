"""Compute the tax that is due on a list by the reference's formulas, with Decimal.

Rates and contents are read from the files that customs was given; the lines are ours.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from demo.compare.findings import Value, whole
from demo.compare.sides import TAXES, ListSide

SINGLE_LIMIT_FEN = 500_000
WITHIN_LIMITS = Decimal("0.7")
COSMETICS_LINE = {"ml": 10, "g": 10, "piece": 15, "sheet": 15}


@dataclass(frozen=True)
class Tariff:
    """Rates by tariff code, contents by account book and item."""

    rates: Mapping[str, Mapping[str, Any]]
    items: Mapping[tuple[str, str], Mapping[str, Any]]

    @classmethod
    def of_files(cls, tariff: Path, account_book: Path | None) -> "Tariff":
        """Read both files."""
        items = _read(account_book) if account_book else []
        return cls(
            {row["hs_code"]: row for row in _read(tariff)},
            {(row["account_book_no"], row["item_record_no"]): row for row in items},
        )


def _read(file: Path) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    return said


def due(tariff: Tariff, one: ListSide) -> dict[str, int] | None:
    """Return the three taxes of a list in fen; ``None`` when a rate or content is not known."""
    lines = [one.lines[gnum] for gnum in sorted(one.lines)]
    prices = [whole(line["total_fen"]) for line in lines]
    extras = [shares(whole(one.head[name]), prices) for name in ("freight_fen", "insurance_fen")]
    values = [
        price + sum(both) for price, both in zip(prices, zip(*extras, strict=True), strict=True)
    ]
    in_full = sum(values) > SINGLE_LIMIT_FEN
    book = str(one.head["account_book_no"])
    sums = dict.fromkeys(TAXES, 0)
    for line, value in zip(lines, values, strict=True):
        taxes = _line(tariff, book, line, Decimal(value) / 100, in_full=in_full)
        if taxes is None:
            return None
        for name, tax in zip(TAXES, taxes, strict=True):
            sums[name] += tax
    return sums


def shares(total_fen: int, prices: Sequence[int]) -> list[int]:
    """Share ``total_fen`` by price, half up; the last line takes the rest."""
    all_fen = sum(prices)
    parts = [
        _round(Decimal(total_fen * price) / all_fen) if all_fen else 0 for price in prices[:-1]
    ]
    return [*parts, total_fen - sum(parts)]


def _line(
    tariff: Tariff, book: str, line: Mapping[str, Value], value: Decimal, *, in_full: bool
) -> tuple[int, int, int] | None:
    rates = tariff.rates.get(str(line["hs_code"]))
    if rates is None:
        return None
    duty_rate, vat, consumption = (
        Decimal(str(rates.get(name, 0))) / 100
        for name in ("duty_pct", "vat_pct", "consumption_pct")
    )
    item = tariff.items.get((book, str(line["item_record_no"])), {})
    content = item if item.get("measure") else rates
    measured = Decimal(str(content.get("measure", 0))) * Decimal(whole(line["qty_e5"])) / 100_000
    if rates.get("cosmetics"):
        if not measured:
            return None
        if value / measured < COSMETICS_LINE[str(content["measure_unit"])]:
            consumption = Decimal(0)
    specific = Decimal(str(rates.get("specific_yuan", 0))) * measured
    specific /= Decimal(str(rates.get("specific_per", 1)))
    part = Decimal(1) if in_full else WITHIN_LIMITS
    duty = value * duty_rate if in_full else Decimal(0)
    composed = (value + duty + specific) / (1 - consumption)
    taxes = (duty, part * composed * vat, part * (composed * consumption + specific))
    found = [_round(tax * 100) for tax in taxes]
    return found[0], found[1], found[2]


def _round(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))
