"""Decides which invented goods and outlets the sample has, at which assumed rates and prices.

They stand in the tables beside this file; what customs and we are told of them is ``sheets``' and
``far_side``'s.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from demo.catalogue import check_digit

_HERE = Path(__file__).parent
_MAKERS = "9312345"


@dataclass(frozen=True)
class Goods:
    """One article; weights in kg, the price in whole yuan, quantities as a person writes them."""

    no: int
    shape: str
    hue: int
    name: str
    name_en: str
    brand: str
    content: str
    hs_code: str
    origin: str
    unit: str
    first: tuple[str, str]
    second: tuple[str, str]
    net_kg: str
    gross_kg: str
    measure: tuple[str, str]
    price: int
    stock: int

    @property
    def sku(self) -> str:
        """Return our number for it."""
        return f"QZ-{self.no:05d}"

    @property
    def gtin13(self) -> str:
        """Return the number under its bar code."""
        digits = f"{_MAKERS}{self.no:05d}"
        return digits + check_digit(digits)

    @property
    def image(self) -> str:
        """Return its picture, seen from templates/static."""
        return f"goods/{self.hs_code[:2]}/{self.sku}.svg"

    @property
    def model(self) -> str:
        """Return what is declared of it."""
        return f"{self.name.split()[0]}|{self.brand}|{self.content}"

    def record_no(self, part: int) -> str:
        """Return the number of its ``part``-th entry in the account book."""
        return str(self.no * 10 + part)


@dataclass(frozen=True)
class Rate:
    """One tariff code: per cent as assumed, to be verified; statutory units."""

    hs_code: str
    duty: int
    vat: int
    consumption: int
    rule: str
    unit1: str
    unit2: str


@dataclass(frozen=True)
class Outlet:
    """One outlet; the district is real, everything else invented."""

    code: str
    name: str
    name_en: str
    district_code: str
    district: str
    street: str
    number: str

    @property
    def address(self) -> str:
        """Return where it is."""
        return f"山西省太原市{self.district}{self.street}{self.number}号"

    @property
    def phone(self) -> str:
        """Return its number, one that nobody is given."""
        return f"0351700{self.code[2:]}"


def _rows(name: str) -> list[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _pair(text: str) -> tuple[str, str]:
    first, _, second = text.partition(":")
    return first, second


def _goods(row: dict[str, str]) -> Goods:
    numbers = {name: int(row[name]) for name in ("no", "hue", "price", "stock")}
    pairs = {name: _pair(row[name]) for name in ("first", "second", "measure")}
    return Goods(**(row | numbers | pairs))  # type: ignore[arg-type]


def _rate(row: dict[str, str]) -> Rate:
    return Rate(**(row | {name: int(row[name]) for name in ("duty", "vat", "consumption")}))  # type: ignore[arg-type]


GOODS: tuple[Goods, ...] = tuple(map(_goods, _rows("goods.csv")))
RATES: dict[str, Rate] = {row["hs_code"]: _rate(row) for row in _rows("tariff.csv")}
OUTLETS: tuple[Outlet, ...] = tuple(Outlet(**row) for row in _rows("outlets.csv"))
