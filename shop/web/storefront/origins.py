"""Decides how a country of origin is named and flagged: customs code to message and flag.

Leaves the names to templates/messages/storefront and the drawing to templates/storefront.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """A country: the message id of its name, and its flag as stripes, a disc or nothing."""

    message_id: str
    flag: str
    colours: tuple[str, ...] = ()


# Customs country codes (customs.md 7) with flags that a few shapes can draw.
_FLAGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "116": ("disc", ("#ffffff", "#bc002d")),
    "301": ("upright", ("#2d2926", "#ffcd00", "#c8102e")),
    "302": ("cross", ("#c8102e", "#ffffff")),
    "304": ("level", ("#1a1a1a", "#dd0000", "#ffce00")),
    "305": ("upright", ("#0055a4", "#ffffff", "#ef4135")),
    "306": ("upright", ("#169b62", "#ffffff", "#ff883e")),
    "307": ("upright", ("#009246", "#ffffff", "#ce2b37")),
    "309": ("level", ("#ae1c28", "#ffffff", "#21468b")),
}
_NAMED = frozenset(
    "110 116 132 133 136 142 143 301 302 303 304 305 306 307 309 312 331 344 410 501 502"
    " 601 609".split()
)


def origin(code: str) -> Origin:
    """Return how to show a customs country code; an unknown one is shown as its code."""
    name = f"origin_{code}" if code in _NAMED else "origin_other"
    flag, colours = _FLAGS.get(code, ("none", ()))
    return Origin(name, flag, colours)
