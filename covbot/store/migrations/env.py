"""Runs the migrations of Alembic: on the connection, and in the transaction, that it is given."""

from __future__ import annotations

from alembic import context

from covbot.store import schema

context.configure(connection=context.config.attributes["connection"], version_table=schema.REVISION_TABLE)
with context.begin_transaction():
    context.run_migrations()
