"""Decides what a slip is made of, before any printer's language: text lines, a QR code, a cut, a pulse."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; ``scale`` 2 is double width and height; ``align`` left, center, right."""

    text: str
    align: str = "left"
    bold: bool = False
    scale: int = 1


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code, centred; ``module`` in dots."""

    data: str
    module: int = 6


@dataclass(frozen=True, slots=True)
class Feed:
    """Blank lines."""

    lines: int = 1


@dataclass(frozen=True, slots=True)
class Cut:
    """The slip ends here: feed to the knife and cut, leaving it hanging by a point."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """Open the cash drawer; a job of its own, never part of a slip."""


Element = Line | Qr | Feed | Cut | Pulse
