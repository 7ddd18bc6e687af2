"""Decide what a guarantee holds once a part of what was billed is not levied any more."""

from sqlalchemy import Connection

from kernel.clock import Instant
from settlement.tax import guarantees


def lessen(conn: Connection, *, document: str, amount_fen: int, at: Instant) -> int:
    """Return the fen set free because a part of what was billed is not levied any more.

    The hold is set free and what stays is held and used anew, under the same guarantee.  Nought
    when nothing stands.  Raises ``HoldMissing`` when nothing was ever held.
    """
    held = guarantees.locked(conn, document)
    turn, kinds = guarantees.turn_of(conn, document)
    freed = min(amount_fen, held.amount_fen)
    if kinds & guarantees.FREED or freed <= 0:
        return 0
    left = held.amount_fen - freed
    for kind, number, fen in (
        ("void", turn, -held.amount_fen),
        ("hold", turn + 1, left),
        *((("use", turn + 1, 0),) if "use" in kinds else ()),
    ):
        guarantees.change(
            conn, held.guarantee_id, guarantees.Movement(kind, document, number, fen, at)
        )
    return freed
