"""Decide that a log of movements is only ever added to: the database refuses the rest.

A wrong row is answered by a counter-movement with its own document.
"""

from sqlalchemy import DDL, Table, event


def append_only(table: Table) -> None:
    """Make both databases refuse UPDATE and DELETE on ``table`` from its creation on."""
    name = table.name
    for verb in ("UPDATE", "DELETE"):
        _when_created(
            table,
            f"CREATE TRIGGER {name}_no_{verb.lower()} BEFORE {verb} ON {name}"
            f" BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END",
            dialect="sqlite",
        )
    _when_created(
        table,
        f"CREATE OR REPLACE FUNCTION {name}_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{name} is append-only'"
        " USING ERRCODE = 'integrity_constraint_violation'; END $$",
        dialect="postgresql",
    )
    _when_created(
        table,
        f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name}_append_only()",
        dialect="postgresql",
    )


def _when_created(table: Table, statement: str, *, dialect: str) -> None:
    ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(table, "after_create", ddl.execute_if(dialect=dialect))
