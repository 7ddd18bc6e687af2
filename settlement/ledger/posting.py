"""Decide what a posting is: entries of one document that sum to nought.

Which entries an event makes is decided in ``postings``, writing them in ``post``.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kernel.clock import Instant
from settlement.ledger.chart import CHART
from settlement.ledger.errors import AccountUnknown, PostingUnbalanced


@dataclass(frozen=True, slots=True)
class Entry:
    """One leg in fen, a debit above nought, a credit below."""

    account: str
    amount_fen: int
    order_id: int | None = None
    memo: str = ""


@dataclass(frozen=True, slots=True)
class Posting:
    """What one document did to the books of one legal entity, once a (kind, document).

    ``correlation`` is that of the request a group works for; empty means the current one.
    """

    kind: str
    document: str
    legal_entity_id: int
    at: Instant
    entries: tuple[Entry, ...]
    correlation: str = ""


def debit(account: str, fen: int, *, order_id: int | None = None, memo: str = "") -> Entry:
    """Return a debit of ``fen``."""
    return Entry(account, fen, order_id, memo)


def credit(account: str, fen: int, *, order_id: int | None = None, memo: str = "") -> Entry:
    """Return a credit of ``fen``."""
    return Entry(account, -fen, order_id, memo)


def without_noughts(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries that move something."""
    return tuple(entry for entry in entries if entry.amount_fen != 0)


def check_posting(posting: Posting) -> None:
    """Raise ``PostingUnbalanced`` or ``AccountUnknown`` when it could not be sealed."""
    sum_fen = sum(entry.amount_fen for entry in posting.entries)
    if sum_fen != 0 or len(posting.entries) < 2:
        raise PostingUnbalanced(document=posting.document, sum_fen=sum_fen)
    for entry in posting.entries:
        if entry.account not in CHART:
            raise AccountUnknown(account_code=entry.account)
