"""PostgreSQL's SQL: made from the schema only, each statement once."""

from __future__ import annotations

from functools import cache

from server.store.schema import TABLES

TYPES = {"t": "text", "i": "bigint", "b": "bytea"}
COPIED = {"t": "text", "i": "int8", "b": "bytea"}
"""As the driver names them."""
COLLATED = {"t": 'text COLLATE "C"', "i": "bigint", "b": "bytea"}
"""Text is ordered by its bytes, as in SQLite."""


def kinds(table: str) -> list[str]:
    """``t``, ``i`` or ``b`` for each column, in order."""
    return [column.split(":")[1] for column in TABLES[table].columns]


@cache
def numbered(statement: str) -> str:
    """``$1``, ``$2`` … for each ``?``."""
    first, *more = statement.split("?")
    return first + "".join(f"${number}{text}" for number, text in enumerate(more, 1))


@cache
def copy(table: str) -> str:
    """COPY of whole rows, in the binary format."""
    names = ", ".join(TABLES[table].names)
    return " ".join(["COPY", table, f"({names})", "FROM STDIN (FORMAT BINARY)"])


@cache
def add(table: str) -> str:
    """INSERT of rows given as one array for each column."""
    names = ", ".join(TABLES[table].names)
    arrays = ", ".join(f"?::{TYPES[kind]}[]" for kind in kinds(table))
    return " ".join(["INSERT INTO", table, f"({names})", "SELECT * FROM", f"unnest({arrays})"])


@cache
def add_one(table: str) -> str:
    """INSERT of one row given as its values: an array for each costs more than the row."""
    names = ", ".join(TABLES[table].names)
    values = ", ".join(f"?::{TYPES[kind]}" for kind in kinds(table))
    return " ".join(["INSERT INTO", table, f"({names})", f"VALUES ({values})"])


@cache
def put(table: str) -> str:
    """Of many rows; one with a key that is there is replaced."""
    return " ".join([add(table), _instead(table)])


@cache
def put_one(table: str) -> str:
    """The same of one row."""
    return " ".join([add_one(table), _instead(table)])


def _instead(table: str) -> str:
    spec = TABLES[table]
    rest = [name for name in spec.names if name not in spec.keys]
    change = ", ".join(f"{name} = EXCLUDED.{name}" for name in rest)
    keys = ", ".join(spec.keys)
    done = f"DO UPDATE SET {change}" if rest else "DO NOTHING"
    return " ".join([f"ON CONFLICT ({keys})", done])
