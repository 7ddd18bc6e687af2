"""Decide one comparison: which books are read, which checks can be made, what is reported."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from demo.compare import checks, ours, theirs
from demo.compare.books import Book
from demo.compare.findings import Difference, Total
from demo.compare.sides import Side
from demo.compare.tax import Tariff
from demo.compare.theirs import Shelf
from demo.compare.totals import totals


@dataclass(frozen=True)
class Report:
    """What was found: the differences by document, every total, and what could not be asked."""

    differences: list[Difference]
    totals: list[Total]
    unasked: list[str]

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return not self.differences and not any(total.differs for total in self.totals)

    @property
    def told(self) -> list[Total]:
        """Return the totals that are not nought everywhere."""
        return [one for one in self.totals if one.ours or one.other or one.expected]

    def as_json(self) -> str:
        """Return it as JSON."""
        said = {
            "agrees": self.agrees,
            "differences": [asdict(one) for one in self.differences],
            "totals": [asdict(one) for one in self.told],
            "unasked": self.unasked,
        }
        return json.dumps(said, ensure_ascii=False, indent=1)


@dataclass(frozen=True)
class Ask:
    """Where the books lie; ``expected`` holds totals that were known before the run."""

    ours: str
    theirs: Path
    dxp_id: str
    tariff: Path | None = None
    account_book: Path | None = None
    expected: Mapping[str, int] = field(default_factory=dict)


def compare(ask: Ask) -> Report:
    """Read all books and compare them; ``FileNotFoundError`` when ours or customs' is absent."""
    book, shelf = Book(ask.ours), Shelf.of_folder(ask.theirs)
    try:
        if not shelf.has("customs"):
            raise FileNotFoundError(f"{ask.theirs}/customs.db: no such book")
        here, there = ours.read(book), theirs.read(shelf, ask.dxp_id)
        unasked = [name for name in checks.OF_BOOK if not shelf.has(name)]
        tariff = Tariff.of_files(ask.tariff, ask.account_book) if ask.tariff else None
        here = _asked(here, unasked)
        found = list(_differences(here, there, tariff, unasked))
        return Report(found, totals(here, there, tariff, ask.expected), unasked)
    finally:
        book.close()
        shelf.close()


def _asked(side: Side, unasked: list[str]) -> Side:
    """Leave out what nobody on the other side can be asked of."""
    told_by = {
        "stripe": ("charges", "refunds"),
        "payment_company": ("payments",),
        "courier": ("waybills",),
        "zone": ("passes",),
    }
    left_out = {name: {} for book in unasked for name in told_by[book]}  # type: ignore[var-annotated]
    return Side(**{**vars(side), **left_out})


def _differences(
    here: Side, there: Side, tariff: Tariff | None, unasked: list[str]
) -> Iterator[Difference]:
    for name, made in checks.OF_BOOK.items():
        for check in made if name not in unasked else ():
            yield from check(here, there)
    if tariff is not None:
        yield from checks.taxes(here, there, tariff)
