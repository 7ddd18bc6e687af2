"""Decides whether a delivery address or phone is one of ours: an outlet's or a warehouse's.

Where those addresses come from is ``offer_facts``'s business.  Source: rules.md section 7.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

_DROPPED = re.compile(r"[\W_]+", re.UNICODE)
_PROVINCE = re.compile(r"^(中国)?(山西省)?(太原市)?")
_DWELLING = re.compile(r"室|单元|幢|栋|座|号楼|户|\d{3,}")


def normal_address(text: str) -> str:
    """Return ``text`` without width, spaces, signs, country, province and city."""
    plain = _DROPPED.sub("", unicodedata.normalize("NFKC", text)).lower()
    return _PROVINCE.sub("", plain)


def normal_phone(text: str) -> str:
    """Return the digits of a phone number without the country code."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text)).removeprefix("00")
    return digits.removeprefix("86") if len(digits) > 11 else digits


@dataclass(slots=True)
class OwnPlaces:
    """Our outlets and warehouses, by street number and by phone; the value is a name."""

    by_street: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    by_phone: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, places: Iterable[tuple[str, str, str]]) -> "OwnPlaces":
        """Return the places of (name, address, phone) rows."""
        own = cls()
        for name, address, phone in places:
            there = normal_address(address)
            own.by_street.setdefault(_street(there), []).append((there, name))
            own.by_phone[normal_phone(phone)] = name
        own.by_phone.pop("", None)
        return own

    def named(self, *, address: str, phone: str) -> str | None:
        """Return the name of the place an address or phone belongs to, or None.

        "Counter 2" or a receiver's name behind an outlet's address changes nothing; a flat
        in the same house is somebody's home.
        """
        number = normal_phone(phone)
        if number in self.by_phone:
            return self.by_phone[number]
        there = normal_address(address)
        for own, name in self.by_street.get(_street(there), ()):
            if there.startswith(own) and not _DWELLING.search(there[len(own) :]):
                return name
        return None


def _street(address: str) -> str:
    head, sign, _ = address.partition("号")
    return head + sign
