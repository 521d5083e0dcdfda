"""Alembic's way in: runs within the transaction that ``migrate`` has begun.

For a new migration: ``alembic.command.revision``, or copy the newest file of versions/.
"""

from alembic import context

from leads.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, transactional_ddl=True
)
context.run_migrations()
