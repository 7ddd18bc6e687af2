"""Decides which sheets and papers a person takes out: label, ledger, catalogue.

What stands on them is their rooms' business.
"""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from bonded_display.display.labels import Label, label_pdf
from kernel import clock, db, register
from kernel.config import Config
from kernel.money import show_fen, yuan_text
from kernel.sheets import write_csv
from settlement.ledger.report import HEADER, ledger_rows
from settlement.payments.providers import provider_can_declare
from shop.offer.show_offer import show_offer
from shop.offer.tables import offer


def shelf_label(shelf_code: str, settings: Config) -> bytes:
    """Return the label of one shelf code as PDF, with the landed price of one piece."""
    return label_pdf(label_of(shelf_code, settings))


def label_of(shelf_code: str, settings: Config) -> Label:
    """Return what the label of one shelf code says today.

    Raises ``UnknownShelfCode``, ``ShelfCodeClosed``, ``OfferMissing``.
    """
    on = clock.china_date(clock.now())
    shown = show_offer(shelf_code, on, can_declare=provider_can_declare)
    quote = shown.quote(1)
    gtin14 = shown.goods.gtin14
    return Label(
        address=f"{settings.public_url}/01/{gtin14}/21/{shown.shelf_code}",
        shelf_code=shown.shelf_code,
        name=shown.title,
        name_en=shown.title_en,
        price_text=show_fen(quote.total_fen, "zh-CN") if quote else "",
        outlet_name=shown.outlet,
    )


def ledger_csv() -> bytes:
    """Return every entry of the ledger, one a row."""
    first, last = date(2024, 1, 1), clock.china_date(clock.now())
    with db.read() as connection:
        return write_csv(HEADER, ledger_rows(connection, from_on=first, to_on=last))


def catalogue_csv() -> bytes:
    """Return every offer with its goods, price and freight."""
    rows = []
    with db.read() as connection:
        for row in connection.execute(select(offer).order_by(offer.c.id)):
            item = register.get_item(connection, row.item_id)
            rows.append(
                {
                    "sku": item.sku,
                    "gtin14": item.gtin14,
                    "title": row.title,
                    "title_en": row.title_en,
                    "route": row.route,
                    "price": yuan_text(row.price_fen),
                    "freight": yuan_text(row.freight_fen),
                    "open": int(row.open),
                }
            )
    heads = ["sku", "gtin14", "title", "title_en", "route", "price", "freight", "open"]
    return write_csv(heads, rows)


EXPORTS: dict[str, Callable[[], bytes]] = {"ledger": ledger_csv, "catalogue": catalogue_csv}
