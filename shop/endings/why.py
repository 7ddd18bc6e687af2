"""Decides which reason of a refused order its shopper is told; the words are the storefront's."""

from enum import StrEnum

WITHDRAWN = "withdrawn"
KEPT = "kept by customs"
DESTROYED = "destroyed at customs"
RETURNED_OUT = "returned out of the country"
RETURNED = "returned by the shopper"


class Why(StrEnum):
    """What a shopper understands; ``CUSTOMS`` is a refusal without a reason of its own."""

    OVER_SINGLE = "over_single"
    OVER_YEAR = "over_year"
    WITHDRAWN = "withdrawn"
    KEPT = "kept"
    RETURNED_OUT = "returned_out"
    DESTROYED = "destroyed"
    RETURNED = "returned"
    CUSTOMS = "customs"


def customs_refused(status: int, code: int | None) -> str:
    """Return the reason kept when customs refused: the code in its words names it best."""
    return f"customs {code if code is not None and code < 0 else status}"


_WHY = {
    customs_refused(-621005, None): Why.OVER_SINGLE,
    customs_refused(-621018, None): Why.OVER_YEAR,
    WITHDRAWN: Why.WITHDRAWN,
    KEPT: Why.KEPT,
    DESTROYED: Why.DESTROYED,
    RETURNED_OUT: Why.RETURNED_OUT,
    RETURNED: Why.RETURNED,
}


def told_why(reason: str) -> Why:
    """Return what the shopper is told of the ``reason`` an order was refused for."""
    return _WHY.get(reason, Why.CUSTOMS)
