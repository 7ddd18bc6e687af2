"""Decide which open retail-import offers take no order now, and why: code, list, provider.

What a shelf says of itself is ``shop.offer.shown``'s; sold-out goods are no matter of readiness.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, or_, select

from bonded_display.stock.tables import account_book_item
from settlement.tax.rates import Tariff
from settlement.tax.tariff import rates_known
from shop.offer.show_offer import RETAIL_IMPORT
from shop.offer.tables import offer

NOT_FILED, NO_RATES, OFF_THE_LIST, PROVIDER = "not_filed", "no_rates", "off_the_list", "provider"


@dataclass(frozen=True, slots=True)
class ClosedOffer:
    """One offer that takes no order: ``reason`` names its words, ``detail`` the code or provider."""

    offer_id: int
    item_id: int
    title: str
    title_en: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Offers:
    """How many retail-import offers are open, and which of them are closed by what."""

    open: int
    closed: tuple[ClosedOffer, ...]

    def by(self, *reasons: str) -> tuple[ClosedOffer, ...]:
        """Return those that are closed by one of ``reasons``."""
        return tuple(one for one in self.closed if one.reason in reasons)


def closed_offers(conn: Connection, on: date, *, can_declare: Callable[[str], bool]) -> Offers:
    """Return the open offers that a shelf would show as closed on a day; two statements.

    A piece of any account-book item in force may be the next that is sent: one that may not be
    sold closes the offer.
    """
    filed = account_book_item.c
    rows = conn.execute(
        select(
            *(offer.c.id, offer.c.item_id, offer.c.title, offer.c.title_en, offer.c.provider),
            filed.hs_code,
        )
        .outerjoin(
            account_book_item,
            and_(
                filed.item_id == offer.c.item_id,
                filed.warehouse_id == offer.c.warehouse_id,
                filed.valid_from_on <= on,
                or_(filed.valid_to_on.is_(None), filed.valid_to_on >= on),
            ),
        )
        .where(offer.c.route == RETAIL_IMPORT, offer.c.open)
        .order_by(offer.c.id)
    ).all()
    rates = rates_known(conn, [row.hs_code for row in rows if row.hs_code], on)
    found: dict[int, ClosedOffer] = {}
    for row in rows:
        reason, detail = _reason(row.hs_code, rates)
        if not can_declare(row.provider):
            reason, detail = PROVIDER, row.provider
        if reason:
            named = (row.id, row.item_id, row.title, row.title_en)
            found.setdefault(row.id, ClosedOffer(*named, reason, detail))
    return Offers(len({row.id for row in rows}), tuple(found.values()))


def _reason(hs_code: str | None, rates: dict[str, Tariff]) -> tuple[str, str]:
    if hs_code is None:
        return NOT_FILED, ""
    if hs_code not in rates:
        return NO_RATES, hs_code
    return ("", "") if rates[hs_code].on_positive_list else (OFF_THE_LIST, hs_code)
