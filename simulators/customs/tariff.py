"""Read what customs itself knows: tariff rates, filed account-book items, guarantees, sites.

How a tax is computed from them is ``tax``'s.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

MEASURES = frozenset({"ml", "g", "piece", "sheet"})


class BadFile(Exception):
    """A tariff or account-book file that cannot be used; the text says where."""


@dataclass(frozen=True)
class Measure:
    """What one deal unit holds: ``content`` of ``unit`` (ml, g, piece, sheet)."""

    content: Decimal
    unit: str


@dataclass(frozen=True)
class Rates:
    """Rates of one tariff code as fractions; ``specific_yuan`` is due per ``specific_per``."""

    duty: Decimal
    vat: Decimal
    consumption: Decimal
    is_cosmetics: bool
    specific_yuan: Decimal
    specific_per: Decimal
    measure: Measure | None
    weight_limit: str = ""
    """``sugar`` or ``rice``: counts to a person's yearly weight."""


@dataclass(frozen=True)
class BookItem:
    """One filed item of an account book; what the file leaves out is not checked."""

    hs_code: str
    unit: str
    unit1: str
    unit2: str
    qty1_per_unit: Decimal | None
    qty2_per_unit: Decimal | None
    measure: Measure | None
    entered_qty: Decimal | None = None
    """Deal units that entered the zone; without it the balance is not checked."""


@dataclass(frozen=True)
class Guarantee:
    """A guarantee deposited at customs: for ``retail_tax`` or ``display``, up to ``limit`` CNY."""

    purpose: str
    limit: Decimal


class Row:
    """One JSON object of a file; ``where`` names it in complaints."""

    def __init__(self, said: Mapping[str, object], where: str) -> None:
        self._said = said
        self._where = where

    def text(self, name: str, *, wanted: bool = False) -> str:
        """Return a text, empty when absent."""
        value = self._said.get(name)
        if wanted and not value:
            raise BadFile(f"{self._where}: {name} is missing")
        return "" if value is None else str(value)

    def number(self, name: str) -> Decimal | None:
        """Return a number of at least 0 that is written as number or text."""
        value = self._said.get(name)
        if value is None:
            return None
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            raise BadFile(f"{self._where}: {name} is no number") from None
        if not number.is_finite() or number < 0:
            raise BadFile(f"{self._where}: {name} must be 0 or more")
        return number

    def percent(self, name: str) -> Decimal:
        """Return a percentage as a fraction; 0 when absent."""
        return (self.number(name) or Decimal(0)) / 100

    def yes(self, name: str) -> bool:
        """Return a truth value; false when absent."""
        return self._said.get(name) is True

    def one_of(self, name: str, *known: str) -> str:
        """Return a text that is one of ``known``."""
        value = self.text(name)
        if value not in known:
            raise BadFile(f"{self._where}: {name} is one of {', '.join(known)}")
        return value

    def measure(self) -> Measure | None:
        """Return ``measure`` with ``measure_unit``."""
        content, unit = self.number("measure"), self.text("measure_unit")
        if content is None and not unit:
            return None
        if not content or unit not in MEASURES:
            raise BadFile(f"{self._where}: measure over 0 with a measure_unit of {MEASURES}")
        return Measure(content, unit)


def _rows(path: Path) -> list[Row]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, ValueError) as fault:
        raise BadFile(f"{path}: {type(fault).__name__} {fault}") from None
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        raise BadFile(f"{path}: a list of objects is wanted")
    return [Row(one, f"{path} entry {at}") for at, one in enumerate(said, 1)]


def read_tariff(path: Path) -> dict[str, Rates]:
    """Return the rates by tariff code; raises ``BadFile``."""
    tariff = {}
    for row in _rows(path):
        tariff[row.text("hs_code", wanted=True)] = Rates(
            duty=row.percent("duty_pct"),
            vat=row.percent("vat_pct"),
            consumption=row.percent("consumption_pct"),
            is_cosmetics=row.yes("cosmetics"),
            specific_yuan=row.number("specific_yuan") or Decimal(0),
            specific_per=row.number("specific_per") or Decimal(1),
            measure=row.measure(),
            weight_limit=row.one_of("weight_limit", "", "sugar", "rice"),
        )
    return tariff


def read_account_book(path: Path | None) -> dict[tuple[str, str], BookItem] | None:
    """Return the filed items by (account book, item record number); ``None`` without a file."""
    if path is None:
        return None
    items = {}
    for row in _rows(path):
        key = (row.text("account_book_no", wanted=True), row.text("item_record_no", wanted=True))
        items[key] = BookItem(
            hs_code=row.text("hs_code", wanted=True),
            unit=row.text("unit", wanted=True),
            unit1=row.text("unit1"),
            unit2=row.text("unit2"),
            qty1_per_unit=row.number("qty1_per_unit"),
            qty2_per_unit=row.number("qty2_per_unit"),
            measure=row.measure(),
            entered_qty=row.number("entered_qty"),
        )
    return items


def read_guarantees(path: Path | None) -> dict[str, Guarantee] | None:
    """Return the guarantees by assureCode; ``None`` without a file: none is asked for."""
    if path is None:
        return None
    return {
        row.text("assure_code", wanted=True): Guarantee(
            row.one_of("purpose", "retail_tax", "display"), row.number("limit_yuan") or Decimal(0)
        )
        for row in _rows(path)
    }


def read_sites(path: Path | None) -> frozenset[str]:
    """Return the filing numbers of the display sites; none without a file."""
    return (
        frozenset(row.text("site_no", wanted=True) for row in _rows(path)) if path else frozenset()
    )
