"""Decides whether a delivery address or phone is one of ours: an outlet's or a warehouse's.

Where those addresses come from is ``offer_facts``'s business.  Source: rules.md section 7.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_DROPPED = re.compile(r"[\W_]+", re.UNICODE)
_PROVINCE = re.compile(r"^(中国)?(山西省)?(太原市)?")
_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """A place of ours by name, with its address and phone normalised."""

    name: str
    address: str
    phone: str


def normal_address(text: str) -> str:
    """Return ``text`` without width, spaces, signs, country, province and city."""
    plain = _DROPPED.sub("", unicodedata.normalize("NFKC", text)).lower()
    return _PROVINCE.sub("", plain)


def normal_phone(text: str) -> str:
    """Return the digits of a phone number without the country code."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    return digits.removeprefix("0086") if digits.startswith("0086") else digits.removeprefix("86")


def own_place(places: Sequence[OwnPlace], *, address: str, phone: str) -> OwnPlace | None:
    """Return the place of ours that the address or phone belongs to, or None.

    An address belongs to a place when it contains the place's own, so that "counter 2" or a
    name behind it changes nothing.
    """
    there, number = normal_address(address), normal_phone(phone)
    for place in places:
        if len(place.address) >= _SHORTEST and place.address in there:
            return place
        if place.phone and place.phone == number:
            return place
    return None
