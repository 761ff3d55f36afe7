"""Alembic's entry into a history: the owner and the connection come from `kernel/migrations.py`."""

from alembic import context

from participation.kernel.migrations import context_options, version_table

config = context.config
connection = config.attributes["connection"]
owner = config.attributes["owner"]

context.configure(
    connection=connection,
    version_table=version_table(owner),
    **context_options(connection, owner),
)
with context.begin_transaction():
    context.run_migrations()
