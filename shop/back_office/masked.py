"""Decide how much of a person an operator sees: enough to know them by, never the whole.  Pure."""

from dataclasses import dataclass

from shop.queries import Buyer, Consignee

HIDDEN = "*"
STREET_KEPT = 9
"""Province, city and district are public; what follows is the home."""


@dataclass(frozen=True)
class MaskedBuyer:
    """A buyer as shown: 王**, 140105********1232, 138****0001."""

    name: str
    id_number: str
    phone: str


@dataclass(frozen=True)
class MaskedConsignee:
    """A receiver as shown; the address ends behind the district."""

    name: str
    phone: str
    address: str


def masked_buyer(buyer: Buyer) -> MaskedBuyer:
    """Return the buyer with most of each part hidden."""
    return MaskedBuyer(_name(buyer.name), _middle(buyer.id_number, 4, 2), _phone(buyer.phone))


def masked_consignee(consignee: Consignee) -> MaskedConsignee:
    """Return the receiver with most of each part hidden."""
    shown = consignee.address[:STREET_KEPT]
    return MaskedConsignee(_name(consignee.name), _phone(consignee.phone), f"{shown}{HIDDEN * 4}")


def _name(name: str) -> str:
    return name[:1] + HIDDEN * max(1, len(name) - 1)


def _phone(phone: str) -> str:
    return _middle(phone.removeprefix("+86"), 3, 4)


def _middle(text: str, first: int, last: int) -> str:
    """Keep both ends; a text too short for that is hidden whole."""
    if len(text) <= first + last:
        return HIDDEN * len(text)
    return text[:first] + HIDDEN * (len(text) - first - last) + text[-last:]
