"""Decides how amounts are rounded, shared out and written; which amount is owed is a room's rule.

Money is whole fen and a quantity in statutory units whole 1/100,000: there is no float here.
"""

import re
from collections.abc import Sequence

from kernel.errors import Malformed

E5 = 100_000
_YUAN = re.compile(r"(-?)([0-9]{1,14})(?:\.([0-9]{1,2})0*)?")
_E5 = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,5})0*)?")


class AmountInvalid(Malformed):
    """A text is not an amount of yuan with at most two decimals."""

    code = "amount_invalid"

    def __init__(self, *, given: str) -> None:
        super().__init__(given=given)


class QuantityTextInvalid(Malformed):
    """A text is not a decimal number with at most five decimals."""

    code = "quantity_text_invalid"

    def __init__(self, *, given: str) -> None:
        super().__init__(given=given)


def half_up(numerator: int, denominator: int) -> int:
    """Return the quotient rounded to a whole number, a half away from nought (四舍五入).

    A negative numerator mirrors the positive one, so that a reversal undoes what it reverses.
    Raises ``ValueError`` when ``denominator`` is not positive.
    """
    if denominator <= 0:
        raise ValueError(f"denominator {denominator} is not positive")
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size


def spread(total_fen: int, weights: Sequence[int]) -> list[int]:
    """Return ``total_fen`` in whole fen by ``weights``, summing to it exactly (largest remainder).

    Each share is within one fen of its exact part; equal remainders favour the earlier weight.
    Raises ``ValueError`` when a weight is negative, or all are nought and there is something
    to share.
    """
    whole = sum(weights)
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight is negative")
    if whole == 0:
        if total_fen != 0:
            raise ValueError("nothing has a weight to share by")
        return [0] * len(weights)
    size = abs(total_fen)
    shares = [size * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % whole), i))
    for i in by_remainder[: size - sum(shares)]:
        shares[i] += 1
    return shares if total_fen >= 0 else [-share for share in shares]


def yuan_text(fen: int) -> str:
    """Return fen as a plain decimal of yuan for messages and files: ``12.30``."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def parse_yuan(text: str) -> int:
    """Return the fen of a plain decimal of yuan; noughts past the second decimal are accepted.

    Raises ``AmountInvalid`` (Malformed) for anything else, so no part of a fen is ever lost.
    """
    match = _YUAN.fullmatch(text)
    if match is None:
        raise AmountInvalid(given=text)
    return _scaled(match, places=2)


def show_fen(fen: int, lang: str = "zh-CN") -> str:
    """Return fen as a person reads it, ``¥1,234.56``; both languages write it the same way."""
    del lang  # part of the contract: a further language may place the sign elsewhere
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def e5_text(value: int) -> str:
    """Return 1/100,000 units as a decimal without trailing noughts: 150_000 is ``1.5``."""
    sign = "-" if value < 0 else ""
    whole, part = divmod(abs(value), E5)
    return f"{sign}{whole}.{part:05d}".rstrip("0").rstrip(".") if part else f"{sign}{whole}"


def parse_e5(text: str) -> int:
    """Return the 1/100,000 units of a plain decimal.

    Raises ``QuantityTextInvalid`` (Malformed) when it has more than five decimals that count.
    """
    match = _E5.fullmatch(text)
    if match is None:
        raise QuantityTextInvalid(given=text)
    return _scaled(match, places=5)


def _scaled(match: re.Match[str], *, places: int) -> int:
    sign, whole, part = match.groups()
    size = int(whole + (part or "").ljust(places, "0"))
    return -size if sign else size
