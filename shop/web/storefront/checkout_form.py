"""Decides what the checkout form carries and when it can be understood.

Leaves judging what it asks for to shop.place_order.
"""

import re
import unicodedata
from collections.abc import Mapping

from shop.accounts.errors import NameInvalid
from shop.accounts.phone import normal_phone
from shop.accounts.verify_identity import checked_name
from shop.offer.ask import Consignee, PlaceAsk
from shop.offer.district import district_code
from shop.offer.errors import (
    AddressTooShort,
    ConsigneeNameInvalid,
    FormTampered,
    QuantityChanged,
)
from shop.offer.notices import accepted_notices
from shop.offer.quantity import parse_quantity

_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
_GAPS = re.compile(r"\s+")


def parse_checkout(form: Mapping[str, str]) -> PlaceAsk:
    """Return what the shopper confirmed.

    Raises ``QuantityInvalid``, ``QuantityChanged`` when the total shown was for another
    quantity, ``ConsigneeNameInvalid``, ``PhoneInvalid``, ``DistrictUnknown``,
    ``AddressTooShort``, ``NoticesNotAccepted``, and ``FormTampered`` when a hidden field is
    not as the page wrote it.
    """
    qty, shown_qty = parse_quantity(form.get("qty", "")), _hidden(form, "shown_qty")
    if qty != shown_qty:
        raise QuantityChanged(shown=shown_qty, qty=qty)
    return PlaceAsk(
        shelf_code=form.get("code") or None,
        offer_id=_hidden(form, "offer_id"),
        qty=qty,
        consignee=_consignee(form),
        shown_total_fen=_hidden(form, "shown_total_fen"),
        price_version=_hidden(form, "price_version"),
        notices_version=accepted_notices(form.get("notices", "")),
    )


def _consignee(form: Mapping[str, str]) -> Consignee:
    try:
        name = checked_name(form.get("consignee_name", ""))
    except NameInvalid as wrong:
        raise ConsigneeNameInvalid from wrong
    phone = normal_phone(form.get("phone", ""))
    district = form.get("district", "")
    code = district_code(district)
    return Consignee(name, phone, _address(district, form.get("address", "")), code)


def _address(district: str, typed: str) -> str:
    street = _one_line(typed)
    place = "" if district.strip().isdigit() else _GAPS.sub("", _one_line(district))
    street = street.removeprefix(place).strip()
    if not 4 <= len(street) <= 100:
        raise AddressTooShort
    return place + street


def _one_line(typed: str) -> str:
    return _GAPS.sub(" ", unicodedata.normalize("NFKC", typed)).strip()


def _hidden(form: Mapping[str, str], name: str) -> int:
    text = form.get(name, "")
    if not _NUMBER.fullmatch(text):
        raise FormTampered
    return int(text)
