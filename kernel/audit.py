"""Decides how it is kept who did what, when and why; which verbs must be kept is the rooms'.

A row is written in the transaction of the deed and can never be changed or deleted: triggers
refuse it on both databases.  Personal data is taken out before a row is written.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    Connection,
    Index,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    event,
    insert,
)

from kernel import actor, clock, ids
from kernel.db import Id, metadata
from kernel.logs import redact

audit_line = Table(
    "audit_line",
    metadata,
    Column("id", Id, autoincrement=False, nullable=False),
    Column("at", BigInteger, nullable=False, comment="instant, microseconds UTC"),
    Column("actor", String(40), nullable=False, comment="who, e.g. staff:12"),
    Column("outlet_id", Id, nullable=True, comment="outlet the actor stood in"),
    Column("verb", String(80), nullable=False, comment="what was done, e.g. decide_parked"),
    Column("subject", String(80), nullable=False, comment="to what, e.g. customs_order:123"),
    Column("detail", Text, nullable=False, comment="JSON of codes, ids and reasons"),
    Column("correlation", String(80), nullable=False, comment="joins the records of one cause"),
    PrimaryKeyConstraint("id", name="pk_audit_line"),
    Index("ix_audit_line_subject_at", "subject", "at"),
    Index("ix_audit_line_actor_at", "actor", "at"),
    comment="Who did what; append-only",
)


def record(
    conn: Connection, verb: str, *, subject: str, detail: Mapping[str, Any] | None = None
) -> int:
    """Write one line about the current actor into this transaction, and return its id.

    ``detail`` is ids, codes and a reason in words; personal data in it is replaced.
    """
    who = actor.current()
    line_id = ids.new()
    row = {
        "id": line_id,
        "at": clock.now(),
        "actor": who.owner,
        "outlet_id": who.outlet_id,
        "verb": verb,
        "subject": subject,
        "detail": json.dumps(redact(detail or {}), ensure_ascii=False, sort_keys=True),
        "correlation": actor.correlation(),
    }
    conn.execute(insert(audit_line).values(row))
    return line_id


def _after(moment: str, sql: str, *, dialect: str) -> None:
    ddl = DDL(sql)  # type: ignore[no-untyped-call]
    event.listen(audit_line, moment, ddl.execute_if(dialect=dialect))


for _deed in ("UPDATE", "DELETE"):
    _after(
        "after_create",
        f"CREATE TRIGGER audit_line_refuses_{_deed.lower()} BEFORE {_deed} ON audit_line"
        " BEGIN SELECT RAISE(ABORT, 'audit_line is append-only'); END",
        dialect="sqlite",
    )
_after(
    "after_create",
    "CREATE OR REPLACE FUNCTION audit_line_is_append_only() RETURNS trigger LANGUAGE plpgsql"
    " AS $$ BEGIN RAISE EXCEPTION 'audit_line is append-only'; END $$",
    dialect="postgresql",
)
_after(
    "after_create",
    "CREATE TRIGGER audit_line_refuses_change BEFORE UPDATE OR DELETE ON audit_line"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_line_is_append_only()",
    dialect="postgresql",
)
_after(
    "after_drop",
    "DROP FUNCTION IF EXISTS audit_line_is_append_only()",
    dialect="postgresql",
)
