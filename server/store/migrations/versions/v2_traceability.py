"""Version 2: traceability. New tables; projections that changed are made anew, and folded anew."""

from alembic import context, op

from server.store.migrations.frozen_tables import between

revision = "2"
down_revision = "1"


def upgrade() -> None:
    """From version 1."""
    for line in between(1, 2, context.get_context().dialect.name):
        op.execute(line)
