"""Decide what customs' wish for a parcel, and what the bay found, mean for goods and order: tables.

Source: rules.md section 3; the money and shopper columns are ours (K, 2026-11): an operator's
written order may change them here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Wish(StrEnum):
    """Why customs has the parcel, by the status of its receipt."""

    INSPECTION = "inspection"
    DETENTION = "detention"
    RETURN_OUT = "return_out"


WISH_OF_STATUS: Mapping[int, Wish] = {
    500: Wish.INSPECTION,
    501: Wish.DETENTION,
    502: Wish.DETENTION,
    503: Wish.DETENTION,
    599: Wish.DETENTION,
    700: Wish.RETURN_OUT,
}
"""Meanwhile the goods stay allocated and may join no exit batch; the money stays with us."""


class Goods(StrEnum):
    """What of the parcel is gone."""

    NONE = "none"
    SAMPLED = "sampled"
    ALL = "all"


class Parcel(StrEnum):
    """What becomes of the parcel itself."""

    AS_IT_WAS = "as_it_was"
    TO_PACK = "to_pack"
    """Opened: it is packed and weighed again."""
    TO_PICK = "to_pick"
    """As many pieces of the same account-book item are picked anew."""
    GONE = "gone"


class Result(StrEnum):
    """What the bay found, or customs decided."""

    INTACT = "intact"
    SAMPLED = "sampled"
    REPACKED = "repacked"
    SEIZED = "seized"
    DESTROYED = "destroyed"
    SENT_BACK = "sent_back"


@dataclass(frozen=True)
class Outcome:
    """What a result means; ``ends``: the order ends, its money goes back, the shopper reads why."""

    goods: Goods
    parcel: Parcel
    ends: bool


OUTCOMES: Mapping[Result, Outcome] = {
    Result.INTACT: Outcome(Goods.NONE, Parcel.AS_IT_WAS, ends=False),
    Result.SAMPLED: Outcome(Goods.SAMPLED, Parcel.TO_PICK, ends=False),
    Result.REPACKED: Outcome(Goods.NONE, Parcel.TO_PACK, ends=False),
    Result.SEIZED: Outcome(Goods.ALL, Parcel.GONE, ends=True),
    Result.DESTROYED: Outcome(Goods.ALL, Parcel.GONE, ends=True),
    Result.SENT_BACK: Outcome(Goods.ALL, Parcel.GONE, ends=True),
}

if set(OUTCOMES) != set(Result):
    raise ValueError("a result has no outcome")
