"""Decides what a mainland mobile number is and how it is written down and shown.

Leaves its sealing and lookup to the verbs.
"""

import re
import unicodedata

from shop.accounts.errors import PhoneInvalid

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_DRESS = str.maketrans("", "", " -()\u00a0")


def normal_phone(typed: str) -> str:
    """Return '+86' and eleven digits from what a person typed.

    Full-width digits, blanks, hyphens and the prefixes +86, 0086 and 86 are understood.
    Raises ``PhoneInvalid`` for anything that is no mainland mobile number.
    Source: the numbering plan gives mobiles 13 to 19 and eleven digits.
    """
    digits = unicodedata.normalize("NFKC", typed).translate(_DRESS)
    for prefix in ("+86", "0086", "86"):
        if digits.startswith(prefix) and len(digits) == len(prefix) + 11:
            digits = digits[len(prefix) :]
            break
    if not _MOBILE.fullmatch(digits):
        raise PhoneInvalid
    return "+86" + digits


def masked_phone(phone: str) -> str:
    """Return '138 **** 8000' from a normal phone, for pages and logs."""
    return f"{phone[3:6]} **** {phone[-4:]}"
