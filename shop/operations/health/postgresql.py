"""Decides what PostgreSQL is asked about itself: who waits, what is dead, what is never used.

Four statements on its own catalogues, however many rows the tables have; what of other roles'
processes it tells needs the right ``pg_read_all_stats``.
"""

from typing import Any

from sqlalchemy import Connection, text

from shop.operations.health.shape import (
    SMALL_BYTES,
    Figure,
    IndexHealth,
    LockWait,
    Machine,
    TableHealth,
)

MOST = 20
BIGGEST = 10
_YEARS_OF_NUMBERS = 2**31

_WAITS = text("""
SELECT w.pid AS waiter, w.locktype AS lock, w.mode, COALESCE(c.relname, '') AS named,
  CAST(1e6 * EXTRACT(EPOCH FROM clock_timestamp() - COALESCE(w.waitstart, a.query_start))
    AS bigint) AS waits_us,
  b.pid AS blocker, COALESCE(h.state, '') AS blocker_state,
  CAST(1e6 * EXTRACT(EPOCH FROM clock_timestamp() - h.xact_start) AS bigint) AS open_us
FROM pg_locks w
JOIN pg_stat_activity a ON a.pid = w.pid AND a.datname = current_database()
LEFT JOIN pg_class c ON c.oid = w.relation
CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS b(pid)
LEFT JOIN pg_stat_activity h ON h.pid = b.pid
WHERE NOT w.granted
ORDER BY waits_us DESC, waiter, blocker LIMIT :most
""")

_TABLES = text("""
SELECT relname, n_live_tup, n_dead_tup,
  pg_total_relation_size(relid), pg_indexes_size(relid),
  CAST(1e6 * EXTRACT(EPOCH FROM GREATEST(last_vacuum, last_autovacuum)) AS bigint),
  CAST(1e6 * EXTRACT(EPOCH FROM GREATEST(last_analyze, last_autoanalyze)) AS bigint)
FROM pg_stat_user_tables ORDER BY 4 DESC, 1
""")

_INDEXES = text("""
SELECT s.indexrelname, s.relname, pg_relation_size(s.indexrelid), i.indisvalid AND i.indisready
FROM pg_stat_user_indexes s JOIN pg_index i ON i.indexrelid = s.indexrelid
WHERE NOT (i.indisvalid AND i.indisready)
  OR (s.idx_scan = 0 AND NOT i.indisunique AND pg_relation_size(s.indexrelid) >= :small)
ORDER BY 4, 3 DESC, 1
""")

_WHOLE = text("""
SELECT pg_database_size(current_database()) AS size,
  (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connected,
  CAST(current_setting('max_connections') AS integer) AS room,
  (SELECT age(datfrozenxid) FROM pg_database WHERE datname = current_database()) AS numbers,
  current_setting('autovacuum') = 'on' AS autovacuum,
  (SELECT CAST(1e6 * EXTRACT(EPOCH FROM stats_reset) AS bigint) FROM pg_stat_database
    WHERE datname = current_database()) AS since,
  (SELECT count(*) FROM pg_stat_user_indexes) AS index_count,
  (SELECT COALESCE(sum(pg_relation_size(indexrelid)), 0) FROM pg_stat_user_indexes) AS index_bytes,
  o.pid AS oldest, CAST(1e6 * EXTRACT(EPOCH FROM clock_timestamp() - o.xact_start) AS bigint)
    AS oldest_us
FROM (SELECT 1) AS one LEFT JOIN LATERAL (
  SELECT pid, xact_start FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend' AND xact_start IS NOT NULL
  ORDER BY xact_start LIMIT 1) AS o ON true
""")


def look(conn: Connection) -> Machine:
    """Return the figures of the database, who waits for whom, and what of it is ill."""
    waits = [LockWait(*row) for row in conn.execute(_WAITS, {"most": MOST})]
    tables = [TableHealth(*row) for row in conn.execute(_TABLES)]
    indexes = [IndexHealth(*row) for row in conn.execute(_INDEXES, {"small": SMALL_BYTES})]
    whole = conn.execute(_WHOLE).one()
    worst = max(tables, key=lambda table: table.dead_percent, default=None)
    shown = [table for at, table in enumerate(tables) if at < BIGGEST or table.dead_percent]
    return Machine(
        figures=(*_of_work(waits, whole), _dead(worst), *_of_rest(indexes, whole)),
        waits=waits,
        tables=shown[: BIGGEST + MOST],
        indexes=indexes[:MOST],
        index_count=whole.index_count,
        index_bytes=int(whole.index_bytes),
        counted_since=whole.since,
        autovacuum=whole.autovacuum,
    )


def _of_work(waits: list[LockWait], whole: Any) -> list[Figure]:
    first = waits[0] if waits else None
    return [
        Figure("lock", first.waits_us if first else 0, str(first.waiter) if first else ""),
        Figure("transaction", max(0, whole.oldest_us or 0), str(whole.oldest or "")),
        Figure(
            "connections",
            100 * whole.connected // whole.room,
            f"{whole.connected} / {whole.room}",
        ),
    ]


def _dead(worst: TableHealth | None) -> Figure:
    share = worst.dead_percent if worst else 0
    return Figure("dead", share, worst.name if worst and share else "")


def _of_rest(indexes: list[IndexHealth], whole: Any) -> list[Figure]:
    invalid = [index.name for index in indexes if not index.valid]
    unused = [index for index in indexes if index.valid]
    return [
        Figure("numbers", 100 * whole.numbers // _YEARS_OF_NUMBERS),
        Figure("invalid", len(invalid), ", ".join(invalid[:3])),
        Figure(
            "unused",
            sum(index.total_bytes for index in unused),
            unused[0].name if unused else "",
        ),
        Figure("size", whole.size),
    ]
