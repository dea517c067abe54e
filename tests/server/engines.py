"""Behind the back of a store: what an administrator of its database could order."""

from __future__ import annotations

from server.store.postgres import PostgresStore
from server.store.protocol import Store
from server.store.schema import TABLES
from server.store.sqlite import SqliteStore


def raw(store: Store, statement: str, *values: object) -> None:
    """Order the engine itself; ``?`` for a value."""
    if isinstance(store, PostgresStore):
        store._door.do(statement, values)
    else:
        assert isinstance(store, SqliteStore)
        store._database.connection.execute(statement, values)


def spoil(store: Store, table: str, statement: str, *values: object) -> None:
    """The same to a table of truth, whose triggers are there again afterwards."""
    if TABLES[table].role != "truth":
        raw(store, statement, *values)
    elif isinstance(store, PostgresStore):
        raw(store, f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only")
        raw(store, statement, *values)
        raw(store, f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only")
    else:
        assert isinstance(store, SqliteStore)
        connection = store._database.connection
        held = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
        triggers = connection.execute(held, (table,)).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement, values)
        for _, made in triggers:
            connection.execute(made)


def clear(store: Store, table: str) -> None:
    """Empty a table, also one of truth."""
    spoil(store, table, f"DELETE FROM {table}")  # noqa: S608  a table of the schema
    assert isinstance(store, PostgresStore | SqliteStore)
    store._remembered.forget_all()
