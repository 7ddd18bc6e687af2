"""Decide what the customs desk needs of others: a mailbox and the retail-tax guarantee."""

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection

from kernel.clock import Instant


class Mailbox(Protocol):
    """Carries whole messages to customs and brings theirs, at least once."""

    def send(self, name: str, raw: bytes) -> None:
        """Take over a message durably; ``MailboxUnavailable`` when it cannot."""

    def waiting(self) -> list[str]:
        """Return the names of the mail that came."""

    def alone(self, name: str) -> AbstractContextManager[bool]:
        """Keep other workers from one while the block runs; False where another is at it.

        True without keeping anybody off spares nothing but harms nothing: a mail recorded twice
        is a repeat.
        """

    def read(self, name: str) -> bytes:
        """Return the bytes of one."""

    def taken(self, name: str) -> None:
        """Forget a mail that is stored."""

    def park(self, name: str, reason: str) -> None:
        """Set aside a mail that cannot be read."""


class Held(Protocol):
    """What stands for a list under a guarantee."""

    @property
    def assure_code(self) -> str:
        """The guarantor's customs code, for 621."""


class Guarantees(Protocol):
    """The guarantees as ``settlement.tax.guarantees`` keeps them."""

    def lock_all(self, conn: Connection, *, purpose: str) -> None:
        """Lock them all, in order, before the tax of several lists is set free."""

    def hold(
        self, conn: Connection, *, purpose: str, document: str, amount_fen: int, at: Instant
    ) -> Held:
        """Hold the tax of a list, once however often it is asked."""

    def void(self, conn: Connection, *, document: str, at: Instant) -> int:
        """Set free what was held for a refused list, in fen."""
