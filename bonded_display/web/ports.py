"""Decide what the operator's pages need from above: who may open them, and what other rooms know.

Signing staff in is the shop's, orders and payments too; ``shop.app`` passes them in.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Protocol

from sqlalchemy import Connection

from bonded_display.customs.handed import OrderDocument
from kernel.clock import Instant

View = Callable[..., Any]


class RequireRole(Protocol):
    """Opens a view to staff of the named roles and makes them the current actor."""

    def __call__(self, *roles: str) -> Callable[[View], View]:
        """Return the decorator; who is not signed in or not of the role does not pass it."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One thing that needs a person: ``kind`` names its words, ``level`` is '', wait or bad.

    ``figure`` is what stands large, ``facts`` what its sentence says, ``path`` where it leads.
    """

    kind: str
    level: str
    figure: str
    path: str
    facts: Mapping[str, object] = field(default_factory=dict)


class CustomsHouse(Protocol):
    """What the customs desk asks of the rooms beside and above."""

    def find_orders(self, conn: Connection, number: str) -> Sequence[int]:
        """Return the orders that an order, waybill or payment number names."""

    def alarms(self, conn: Connection, *, at: Instant) -> Sequence[Alarm]:
        """Return what needs a person now, one of each kind, in a fixed order."""

    def order_document(self, order_id: int) -> OrderDocument:
        """Return what the order's CEB311 says as the order stands.

        Raises ``NotResendable`` for an order that ended.
        """

    def declare_again(self, order_id: int, kind: str) -> None:
        """Make payment company or courier (``payment``, ``waybill``) send its refused document anew.

        The worker learns customs' answer.  Raises ``NotResendable`` for an order that ended.
        """

    def write_sheet(
        self,
        heads: Sequence[str],
        rows: Iterable[Mapping[str, object]],
        out: IO[bytes],
        *,
        xlsx: bool,
    ) -> None:
        """Write rows as CSV or XLSX."""
