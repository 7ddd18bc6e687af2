"""Decide what both sides say of a list: the same names and units, whoever's book it stands in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from demo.compare.books import Row, e5
from demo.compare.findings import Rows, Value

TAXES = ("customs_fen", "vat_fen", "consumption_fen")

RELEASED, CANCELLED = "RELEASED", "CANCELLED"
ON_THE_WAY = "ON_THE_WAY"
REFUSED = "REFUSED"


@dataclass(frozen=True)
class ListSide:
    """A list as one side has it; ``code`` is why it was refused, if it was."""

    state: str
    head: Mapping[str, Value]
    lines: Mapping[int, Mapping[str, Value]]
    bill: Mapping[str, Value] | None = None
    code: str = ""
    constants: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Heard:
    """One answer of customs: kind, number of the document, status, time."""

    kind: str
    number: str
    status: str
    time: str

    @property
    def key(self) -> str:
        """Return it as one text."""
        return f"{self.kind} {self.number} {self.status} {self.time}"


def papers(withdrawn: Iterable[Row], returned: Iterable[Row]) -> Rows:
    """Return ``own_no`` and ``list`` of withdrawals, and of returns with ``gnum`` and ``qty``."""
    found: dict[str, dict[str, Value]] = {
        f"623 {row['own_no']}": {"list": row["list"]} for row in withdrawn
    }
    for row in returned:
        paper = found.setdefault(f"625 {row['own_no']}", {"list": row["list"]})
        paper[f"line {row['gnum']} qty_e5"] = e5(row["qty"])
    return found


@dataclass(frozen=True)
class Side:
    """All that one side tells; money in fen, quantities and weights in 1/100,000."""

    lists: Mapping[str, ListSide]
    heard: Sequence[Heard]
    letters: Mapping[str, str]
    """Envelopes from customs to us: the file's name by its digest."""
    orders: Rows
    """The figures of each accepted 311, by order number."""
    order_lines: Rows
    """The lines of each accepted 311, by order number and line."""
    papers: Rows
    """Withdrawals (623) and goods returns (625) that were granted, by their own number."""
    declared: Rows
    """What customs accepted from payment company and courier: 411, 511, 513 by number."""
    payments: Rows
    """Each declared share, by order number: the payment company's number, and its end."""
    waybills: Rows
    """Each parcel, by its number: announced, accepted, delivered."""
    charges: Rows
    """The money that the provider took, by payment."""
    refunds: Rows
    """What went back, by the provider's number: once a refused or withdrawn order."""
    passes: Rows
    """Each parcel, by its list's number: on which exit pass and bonded inventory list."""
    book: Rows = field(default_factory=dict)
    """What has left the zone of each account-book item, in deal units."""
    basket: Mapping[str, ListSide] = field(default_factory=dict)
    """What shoppers ordered, by the number of the list that must say it."""
    expected: Mapping[str, int] = field(default_factory=dict)
