"""Decides how Alembic runs our migrations: on the connection it is handed, online only."""

from alembic import context

from kernel.db import metadata
from shop.migrate import import_tables

import_tables()
connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
