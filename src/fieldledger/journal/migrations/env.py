"""Alembic's entry: runs inside the transaction that `database.bring_up_to_date` opened."""

from alembic import context

from fieldledger.journal.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
