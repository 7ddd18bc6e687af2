"""Decide which account-book item an order line is served from: the earliest expiry that covers it.

What is free is handed in; reserving it is ``reserve``'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bonded_display.stock.errors import StockShort


@dataclass(frozen=True, slots=True)
class Level:
    """What one account-book item has of one register item, in pieces."""

    account_book_item_id: int
    item_id: int
    on_hand: int
    held: int
    expires_on: date | None

    @property
    def free(self) -> int:
        """Pieces that may still be reserved."""
        return self.on_hand - self.held


@dataclass(frozen=True, slots=True)
class Choice:
    """Pieces of one account-book item; each becomes an order line with its own ``gnum``."""

    account_book_item_id: int
    qty: int


def choose_item(levels: Sequence[Level], qty: int, *, item_id: int, on: date) -> tuple[Choice, ...]:
    """Return the account-book items, with pieces, that serve ``qty`` pieces of one item.

    ``levels`` are the item's, ``on`` is today in China: goods that expire that day or
    earlier are not sold.  One choice when an account-book item covers the whole line, the
    earliest-expiring of those; else the line is split, earliest expiry first, and the
    caller prices the parts again before it shows them.  Goods without a date go last.

    Raises ``StockShort`` when all together do not cover ``qty``; ``ValueError`` when
    ``qty`` is not positive.  Source: design section 6.6; rules section 3.
    """
    if qty < 1:
        raise ValueError(f"qty must be positive, not {qty}")
    sound = sorted(
        (level for level in levels if level.free > 0 and not _expired(level, on)), key=_by_expiry
    )
    for level in sound:
        if level.free >= qty:
            return (Choice(level.account_book_item_id, qty),)
    free = sum(level.free for level in sound)
    if free < qty:
        raise StockShort(item_id=item_id, wanted=qty, free=free)
    return tuple(_split(sound, qty))


def _split(sound: Sequence[Level], qty: int) -> list[Choice]:
    parts: list[Choice] = []
    for level in sound:
        take = min(level.free, qty)
        parts.append(Choice(level.account_book_item_id, take))
        qty -= take
        if qty == 0:
            break
    return parts


def _expired(level: Level, on: date) -> bool:
    return level.expires_on is not None and level.expires_on <= on


def _by_expiry(level: Level) -> tuple[date, int]:
    return (level.expires_on or date.max, level.account_book_item_id)
