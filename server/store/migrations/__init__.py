"""Bringing a database of an earlier version up to this one: alembic, through our own door."""
