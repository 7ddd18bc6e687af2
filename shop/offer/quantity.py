"""Decides what a quantity is when a person or a program sends one as text.

Leaves whether so many can be sold to stock and the limits.
"""

import re

from shop.offer.errors import QuantityInvalid

LEAST, MOST = 1, 99
_DIGITS = re.compile(r"[1-9][0-9]?", re.ASCII)


def parse_quantity(text: str) -> int:
    """Return pieces, 1 to 99, from plain digits; raises ``QuantityInvalid`` for all else.

    '0', '1000000000', '1e3', '+1', ' 1', '01' and '１' are refused: what is sold is what
    was written.
    """
    if not _DIGITS.fullmatch(text):
        raise QuantityInvalid(given=text, least=LEAST, most=MOST)
    return int(text)
