"""Decide how messages are read back that could not be sent for a fault of their own.

Setting them aside and sending them again are ``customs.sendings``'.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, ScalarSelect, exists, func, select

from bonded_display.customs.tables import customs_message, message_trouble
from kernel.clock import Instant


@dataclass(frozen=True, slots=True)
class MessageInTrouble:
    """One message that was signed and is not sent; ``trouble`` is the kind of the fault."""

    id: int
    kind: str
    order_id: int
    guid: str
    built_at: Instant
    trouble: str
    at: Instant


def count_in_trouble() -> ScalarSelect[int]:
    """Return, as part of a query, how many messages are set aside."""
    return select(func.count()).select_from(message_trouble).scalar_subquery()


def oldest_unsent() -> ScalarSelect[Instant]:
    """Return, as part of a query, since when the oldest message that may go waits; null: none."""
    message = customs_message.c
    aside = exists().where(message_trouble.c.message_id == message.id)
    waiting = select(func.min(message.built_at)).where(message.sent_at.is_(None), ~aside)
    return waiting.scalar_subquery()


def messages_in_trouble(
    conn: Connection, *, before: int | None = None, most: int
) -> list[MessageInTrouble]:
    """Return what is set aside, the newest first, from below the message ``before``."""
    message, trouble = customs_message.c, message_trouble.c
    query = (
        select(
            message.id,
            message.kind,
            message.order_id,
            message.guid,
            message.built_at,
            trouble.trouble,
            trouble.at,
        )
        .join_from(message_trouble, customs_message, message.id == trouble.message_id)
        .order_by(message.id.desc())
        .limit(most)
    )
    if before is not None:
        query = query.where(message.id < before)
    return [MessageInTrouble(*row) for row in conn.execute(query)]
