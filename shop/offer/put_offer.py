"""Decides that goods are offered by one route from one warehouse, at what price.

Leaves showing it to show_offer.py.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select, update

from kernel import audit, clock, ids
from settlement.payments.errors import ProviderCannotDeclare
from shop.offer.tables import offer

_MONEY = ("price_fen", "freight_fen", "freight_free_from_fen")


@dataclass(frozen=True, kw_only=True)
class OfferFacts:
    """An offer as a person writes it: the columns of ``offer`` that are not ours to set."""

    item_id: int
    warehouse_id: int
    merchant_enterprise_id: int
    agent_enterprise_id: int
    complaint: str
    title: str
    title_en: str
    price_fen: int
    freight_fen: int = 0
    freight_free_from_fen: int | None = None
    deliver_within_days: int = 5
    provider: str = "boxed_wallet"
    route: str = "retail_import"
    open: bool = True


def put_offer(conn: Connection, facts: OfferFacts, *, can_declare: Callable[[str], bool]) -> int:
    """Return the id of the offer of this item, warehouse and route, made or changed.

    Its price version rises when its money changes.  Raises ``ProviderCannotDeclare`` when a
    retail-import offer is to open with a provider that cannot declare the payment.
    """
    if facts.open and facts.route == "retail_import" and not can_declare(facts.provider):
        raise ProviderCannotDeclare(provider=facts.provider)
    at = clock.now()
    known = conn.execute(
        select(offer)
        .where(
            offer.c.item_id == facts.item_id,
            offer.c.warehouse_id == facts.warehouse_id,
            offer.c.route == facts.route,
        )
        .with_for_update()
    ).first()
    values = {**asdict(facts), "updated_at": at}
    if known is None:
        offer_id, version = ids.new(), 1
        conn.execute(insert(offer).values(id=offer_id, price_version=version, **values))
    else:
        changed = any(values[name] != getattr(known, name) for name in _MONEY)
        offer_id, version = int(known.id), int(known.price_version) + changed
        conn.execute(
            update(offer).where(offer.c.id == offer_id).values(price_version=version, **values)
        )
    detail = {name: values[name] for name in (*_MONEY, "open", "provider")}
    audit.record(
        conn, "put_offer", subject=f"offer:{offer_id}", detail={**detail, "version": version}
    )
    return offer_id
