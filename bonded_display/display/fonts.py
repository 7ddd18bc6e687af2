"""Decide which font paper of ours is set in: a Chinese TrueType font that the machine has.

It is embedded into each document, so that a label looks the same everywhere.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from bonded_display.display.errors import FontMissing

FACE = "qianzhan-paper"
PLACES = (
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
    Path("/usr/share/fonts/wqy-zenhei/wqy-zenhei.ttc"),
    Path("/usr/local/share/fonts/wqy-zenhei.ttc"),
    Path.home() / ".local/share/fonts/wqy-zenhei.ttc",
)


def find_font(places: Sequence[Path] = PLACES) -> Path:
    """Return the font's file; ``FontMissing`` when it lies in none of ``places``."""
    for place in places:
        if place.is_file():
            return place
    raise FontMissing(looked_in=", ".join(str(place.parent) for place in places))


@lru_cache(maxsize=1)
def face() -> str:
    """Return the name under which reportlab knows the font, registered on first use."""
    pdfmetrics.registerFont(TTFont(FACE, str(find_font()), subfontIndex=0))
    return FACE
