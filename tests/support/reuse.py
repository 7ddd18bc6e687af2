"""Decide when a used PostgreSQL database is as good as a new copy of the template.

Copying costs a checkpoint, emptying what a test wrote a few milliseconds.  So tables that have
rows are truncated; where a test changed the schema, or rows that the template itself holds, only
a new copy will do.
"""

import psycopg

PUBLIC = "relnamespace = 'public'::regnamespace"
SHAPE = f"""
SELECT (SELECT count(*) FROM pg_class WHERE {PUBLIC}),
       (SELECT max(oid::bigint) FROM pg_class WHERE {PUBLIC}),
       (SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
         WHERE {PUBLIC} AND NOT a.attisdropped),
       (SELECT count(*) FROM pg_constraint), (SELECT max(oid::bigint) FROM pg_constraint),
       (SELECT count(*) FROM pg_trigger WHERE tgenabled = 'O'),
       (SELECT max(oid::bigint) FROM pg_trigger),
       (SELECT max(xmin::text::bigint) FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace)
"""
WRITTEN = f"""
SELECT quote_ident(relname) FROM pg_class
 WHERE relkind = 'r' AND {PUBLIC} AND pg_relation_size(oid) > 0 ORDER BY relname
"""
LEAVE = """
SELECT count(pg_terminate_backend(pid, 2000)) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class Reused:
    """One database that is given back to what it was after its test."""

    def __init__(self, name: str, url: str, connection: psycopg.Connection) -> None:
        self.name = name
        self.url = url
        self._connection = connection
        connection.execute("SET session_replication_role = replica")  # no trigger has a say here
        self._shape = connection.execute(SHAPE).fetchone()
        self._seeds = {table: self._rows(table) for table in self._written()}

    def restore(self) -> bool:
        """Empty what was written; ``False`` where it is not as it was and must be dropped."""
        self._connection.execute(LEAVE)
        if self._connection.execute(SHAPE).fetchone() != self._shape:
            return False
        written = [table for table in self._written() if table not in self._seeds]
        if written:
            self._connection.execute(f"TRUNCATE {', '.join(written)} CASCADE")
        return all(self._rows(table) == rows for table, rows in self._seeds.items())

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _written(self) -> list[str]:
        return [name for (name,) in self._connection.execute(WRITTEN)]

    def _rows(self, table: str) -> object:
        digest = f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
        return self._connection.execute(digest).fetchone()
