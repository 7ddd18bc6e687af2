"""Decides which process mints under which node number; how an id is made is ``kernel.ids``'.

A number is leased to one holder by a conditional update and held by renewing it.  One that was
given back or ran out rests for ``REST`` before the next holder, which is longer than a mint may
borrow ahead.  A holder that cannot renew stops minting by itself when its lease ends.
"""

import os
import secrets
import socket
import threading
from types import TracebackType

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    select,
    text,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from kernel import clock
from kernel.clock import Instant
from kernel.db import Database, metadata
from kernel.errors import Problem, Unavailable
from kernel.ids import NODES, Mint, NodeLeaseLost
from kernel.logs import log

LEASE: Instant = 60 * clock.SECOND
REST: Instant = 5 * clock.SECOND

node_lease = Table(
    "node_lease",
    metadata,
    Column("shard", Integer, nullable=False, comment="shard of the ids minted, 0 to 7"),
    Column("node", Integer, nullable=False, comment="number within the shard, 0 to 127"),
    Column("holder", String(120), nullable=False, comment="process, e.g. web1:4711:9f0c…"),
    Column("leased_until_at", BigInteger, nullable=False, comment="instant, microseconds UTC"),
    PrimaryKeyConstraint("shard", "node", name="pk_node_lease"),
    CheckConstraint("shard BETWEEN 0 AND 7", name="shard_fits_three_bits"),
    CheckConstraint("node BETWEEN 0 AND 127", name="node_fits_seven_bits"),
    comment="Who mints ids under which node number",
)

_FIRST_LEASE = text(
    "INSERT INTO node_lease (shard, node, holder, leased_until_at)"
    " VALUES (:shard, :node, :holder, :until) ON CONFLICT (shard, node) DO NOTHING"
)


class NoNodeFree(Unavailable):
    """All 128 node numbers of a shard are leased or resting; this process cannot mint."""

    code = "no_node_free"

    def __init__(self, *, shard: int) -> None:
        super().__init__(shard=shard, retry_after_s=LEASE // clock.SECOND)


class Lease:
    """One node number held by this process, with the ``mint`` that works under it."""

    def __init__(self, database: Database, mint: Mint, holder: str) -> None:
        self.mint = mint
        self._database, self._holder = database, holder
        self._closed = threading.Event()
        self._keeper: threading.Thread | None = None

    @property
    def node(self) -> int:
        """Return the leased number."""
        return self.mint.node

    def renew(self) -> None:
        """Hold the number for ``LEASE`` from now.

        Raises ``NodeLeaseLost`` (Unavailable) when another holder has it; the mint refuses then.
        """
        until = clock.now() + LEASE
        if not self._set_until(until):
            self.mint.leased_until = 0
            raise NodeLeaseLost(node=self.node)
        self.mint.leased_until = until

    def keep(self) -> "Lease":
        """Renew from a thread every third of ``LEASE`` until ``close``; return this lease."""
        if self._keeper is None:
            self._keeper = threading.Thread(target=self._keep, name="node-lease", daemon=True)
            self._keeper.start()
        return self

    def close(self) -> None:
        """Mint no more, and give the number back."""
        self._closed.set()
        if self._keeper is not None:
            self._keeper.join()
        self.mint.leased_until = 0
        self._set_until(clock.now())

    def __enter__(self) -> "Lease":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _keep(self) -> None:
        while not self._closed.wait(LEASE / clock.SECOND / 3):
            try:
                self.renew()
            except (SQLAlchemyError, Problem):  # the lease ends by itself: report, try again
                log.exception("node_lease_not_renewed", node=self.node)

    def _set_until(self, until: Instant) -> bool:
        with self._database.write() as conn:
            held = conn.execute(
                update(node_lease)
                .where(
                    node_lease.c.shard == self.mint.shard,
                    node_lease.c.node == self.mint.node,
                    node_lease.c.holder == self._holder,
                )
                .values(leased_until_at=until)
            )
            return held.rowcount == 1


def lease_node(database: Database, shard: int) -> Lease:
    """Return a lease of a free node number of ``shard``, the longest unused first.

    The caller keeps it alive with ``keep()`` and gives it back with ``close()``.  Raises
    ``NoNodeFree`` (Unavailable).
    """
    holder = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(8)}"
    now = clock.now()
    with database.write() as conn:
        node = _take(conn, shard=shard, holder=holder, now=now)
    mint = Mint(shard, node)
    mint.leased_until = now + LEASE
    return Lease(database, mint, holder)


def _take(conn: Connection, *, shard: int, holder: str, now: Instant) -> int:
    query = select(node_lease.c.node, node_lease.c.leased_until_at).where(
        node_lease.c.shard == shard
    )
    known: dict[int, Instant] = {row.node: row.leased_until_at for row in conn.execute(query)}
    rested = sorted((until, node) for node, until in known.items() if until + REST < now)
    values = {"shard": shard, "holder": holder, "until": now + LEASE}
    for node in (number for number in range(NODES) if number not in known):
        if conn.execute(_FIRST_LEASE, values | {"node": node}).rowcount == 1:
            return node
    for until, node in rested:
        taken = conn.execute(
            update(node_lease)
            .where(
                node_lease.c.shard == shard,
                node_lease.c.node == node,
                node_lease.c.leased_until_at == until,
            )
            .values(holder=holder, leased_until_at=now + LEASE)
        )
        if taken.rowcount == 1:
            return node
    raise NoNodeFree(shard=shard)
