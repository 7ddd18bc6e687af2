"""Decide what payments ask of the room above: to capture what a provider took.

Only the programs that join the rooms pass the real one in.
"""

from dataclasses import dataclass
from typing import Protocol

from kernel.clock import Instant


@dataclass(frozen=True, slots=True)
class HeardPayment:
    """Money a provider says it took for a checkout; ``gross_fen`` is what it really took.

    ``event_id`` names the evidence: the provider's event, or ``asked:<session>``.
    """

    provider: str
    checkout_id: int
    session_id: str
    provider_payment: str
    gross_fen: int
    currency: str
    paid_at: Instant
    event_id: str


class CapturePort(Protocol):
    """Who settles heard money: to paid orders, or to what is owed to the shopper."""

    def capture(self, heard: HeardPayment) -> None:
        """Settle it once; a payment that is settled already is passed over in silence."""
