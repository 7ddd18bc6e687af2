"""Decide what the database itself refuses: a seal on an unbalanced posting, a change under a seal.

On PostgreSQL every trigger runs once a statement, however many postings it seals.
"""

from sqlalchemy import DDL, Table, event

# A function refuses when the query, over the rows that the statement changed, finds a posting.
_FUNCTION = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad bigint;
BEGIN
  {query} LIMIT 1 INTO bad;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION 'posting %: {rule}', bad
      USING ERRCODE = 'check_violation', CONSTRAINT = '{rule}';
  END IF;
  RETURN NULL;
END $$
"""
_TRIGGER = (
    "CREATE TRIGGER {name} AFTER {verb} ON {table} REFERENCING {rows}"
    " FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
)
_OLD, _NEW = "OLD TABLE AS before", "NEW TABLE AS after"
_UNBALANCED = """
  SELECT n.id FROM after n
    LEFT JOIN entry e ON e.posting_id = n.id
    LEFT JOIN ledger_account a ON a.code = e.account_code
   WHERE n.sealed_at IS NOT NULL
   GROUP BY n.id
  HAVING coalesce(sum(e.amount_fen), 1) <> 0 OR count(e.id) < 2 OR count(a.code) <> count(e.id)"""
_UNDER_SEAL = (
    "SELECT p.id FROM ({rows}) c JOIN posting p ON p.id = c.posting_id"
    " WHERE p.sealed_at IS NOT NULL"
)
_ROWS_BEFORE, _ROWS_AFTER = "SELECT posting_id FROM before", "SELECT posting_id FROM after"
_WAS_SEALED = "SELECT id FROM before WHERE sealed_at IS NOT NULL"

OPENED_FIRST = "posting_is_opened_first"
BALANCED = "posting_sealed_is_balanced"
IMMUTABLE = "posting_sealed_is_immutable"

# name, statement, table, rows it sees, query for a posting that breaks the rule, the rule
_RULES = (
    (
        "posting_opened_first",
        "INSERT",
        "posting",
        _NEW,
        "SELECT id FROM after WHERE sealed_at IS NOT NULL",
        OPENED_FIRST,
    ),
    ("posting_changed_1", "UPDATE", "posting", f"{_OLD} {_NEW}", _WAS_SEALED, IMMUTABLE),
    ("posting_changed_2", "UPDATE", "posting", f"{_OLD} {_NEW}", _UNBALANCED, BALANCED),
    ("posting_gone", "DELETE", "posting", _OLD, _WAS_SEALED, IMMUTABLE),
    ("entry_new", "INSERT", "entry", _NEW, _UNDER_SEAL.format(rows=_ROWS_AFTER), IMMUTABLE),
    ("entry_gone", "DELETE", "entry", _OLD, _UNDER_SEAL.format(rows=_ROWS_BEFORE), IMMUTABLE),
    (
        "entry_changed",
        "UPDATE",
        "entry",
        f"{_OLD} {_NEW}",
        _UNDER_SEAL.format(rows=f"{_ROWS_BEFORE} UNION {_ROWS_AFTER}"),
        IMMUTABLE,
    ),
)

POSTGRESQL_UP = tuple(
    statement
    for name, verb, table, rows, query, rule in _RULES
    for statement in (
        _FUNCTION.format(name=name, query=query, rule=rule),
        _TRIGGER.format(name=name, verb=verb, table=table, rows=rows),
    )
)
POSTGRESQL_DOWN = tuple(f"DROP FUNCTION IF EXISTS {rule[0]}() CASCADE" for rule in _RULES)

# SQLite has no statement triggers: (name, event and table, when, what to refuse with).
_SEALED = "(SELECT sealed_at FROM posting WHERE id = {row}.posting_id) IS NOT NULL"
_UNBALANCED_ROW = """ WHERE EXISTS (SELECT 1 FROM (
  SELECT coalesce(sum(e.amount_fen), 1) AS fen, count(e.id) AS entries, count(a.code) AS known
    FROM entry e LEFT JOIN ledger_account a ON a.code = e.account_code
   WHERE e.posting_id = NEW.id) WHERE fen <> 0 OR entries < 2 OR known <> entries)"""
_SQLITE_RULES = (
    ("posting_opened_first", "BEFORE INSERT ON posting", "NEW.sealed_at IS NOT NULL", OPENED_FIRST),
    ("posting_changed_1", "BEFORE UPDATE ON posting", "OLD.sealed_at IS NOT NULL", IMMUTABLE),
    ("posting_changed_2", "AFTER UPDATE ON posting", "NEW.sealed_at IS NOT NULL", BALANCED),
    ("posting_gone", "BEFORE DELETE ON posting", "OLD.sealed_at IS NOT NULL", IMMUTABLE),
    ("entry_new", "BEFORE INSERT ON entry", _SEALED.format(row="NEW"), IMMUTABLE),
    ("entry_gone", "BEFORE DELETE ON entry", _SEALED.format(row="OLD"), IMMUTABLE),
    (
        "entry_changed",
        "BEFORE UPDATE ON entry",
        f"{_SEALED.format(row='OLD')} OR {_SEALED.format(row='NEW')}",
        IMMUTABLE,
    ),
)
SQLITE_UP = tuple(
    f"CREATE TRIGGER {name} {moment} WHEN {when} BEGIN SELECT RAISE(ABORT, '{rule}')"
    f"{_UNBALANCED_ROW if rule == BALANCED else ''}; END"
    for name, moment, when, rule in _SQLITE_RULES
)
SQLITE_DOWN = tuple(f"DROP TRIGGER IF EXISTS {rule[0]}" for rule in _RULES)


def attach_triggers(last: Table) -> None:
    """Make the triggers after ``last``, the table that is created after all others they read."""
    for sql in POSTGRESQL_UP:
        _attach(last, "after_create", sql, "postgresql")
    for sql in SQLITE_UP:
        _attach(last, "after_create", sql, "sqlite")
    for sql in POSTGRESQL_DOWN:
        _attach(last, "after_drop", sql, "postgresql")


def _attach(table: Table, moment: str, sql: str, dialect: str) -> None:
    ddl = DDL(sql.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(table, moment, ddl.execute_if(dialect=dialect))
