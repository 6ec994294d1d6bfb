"""Alembic's entry for the desk's database: runs inside the transaction that the store opened."""

from alembic import context

from fieldledger.desk.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
