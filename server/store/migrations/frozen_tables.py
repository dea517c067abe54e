"""The tables as each version had them, and what leads from one to the next.

A version that was released is a file in ``frozen``: never changed. The newest is the schema itself.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from server.store import postgres_schema, schema
from server.store.schema import TABLES, VERSION_TABLE

FROZEN = Path(__file__).parent / "frozen"
_OBJECT = re.compile(r"(?:CREATE TABLE|ALTER TABLE|CREATE (?:INDEX|TRIGGER) .*? ON) (\w+)")
_TRIGGER = re.compile(r"CREATE TRIGGER (\w+)")
_IN_THE_KEY = ", WITHOUT ROWID"
_NEWEST = {"sqlite": schema.statements, "postgresql": postgres_schema.statements}
_ALEMBICS = (VERSION_TABLE, postgres_schema.VERSION)


@cache
def catalogue_at(version: int) -> tuple[str, ...]:
    """What PostgreSQL's catalogue says of the schema of that version."""
    file = FROZEN / f"{version}.postgresql.txt"
    if not file.exists():
        return tuple(postgres_schema.wanted())
    return tuple(file.read_text(encoding="utf-8").splitlines())


@cache
def tables_at(version: int, dialect: str) -> tuple[str, ...]:
    """The statements that make a database of that version."""
    file = FROZEN / f"{version}.{dialect}.sql"
    if not file.exists():
        return tuple(_NEWEST[dialect]())
    return tuple(line.removesuffix(";") for line in file.read_text(encoding="utf-8").splitlines())


def between(old: int, new: int, dialect: str) -> list[str]:
    """The statements that lead from a version to the next; truth is only ever added to.

    ValueError if a table of truth differs, or what is of no table: that needs a step of its own,
    which keeps the rows and the triggers.
    """
    have, want = (_by_table(tables_at(version, dialect)) for version in (old, new))
    moved = [table for table in have if _is_moved(have[table], want.get(table, []))]
    moves = [line for table in moved for line in _move(table, have.pop(table), want.pop(table))]
    changed = [table for table, lines in have.items() if want.get(table) != lines]
    if kept := [table for table in changed if _is_kept(table, have[table])]:
        raise ValueError(f"of version {old} would be lost: {', '.join(kept)}")
    dropped = ["DROP TABLE " + table for table in changed]
    made = [line for table, lines in want.items() if have.get(table) != lines for line in lines]
    return dropped + made + moves


def _is_moved(have: list[str], want: list[str]) -> bool:
    """Whether a table has its rows beside their key that had them in it; nothing else."""
    return want != have and want == [line.removesuffix(_IN_THE_KEY) for line in have]


def _move(table: str, have: list[str], want: list[str]) -> list[str]:
    """All its rows into a table of the same name."""
    triggers = [made[1] for line in have if (made := _TRIGGER.match(line))]
    create, *rest = want
    return [
        *(f"DROP TRIGGER {name}" for name in triggers),
        f"ALTER TABLE {table} RENAME TO {table}_before",
        create,
        f"INSERT INTO {table} SELECT * FROM {table}_before",  # noqa: S608 - one of our tables
        f"DROP TABLE {table}_before",
        *rest,
    ]


def _is_kept(table: str, lines: list[str]) -> bool:
    """Truth, and what belongs to no table."""
    known = TABLES.get(table)
    guarded = any(line.startswith("CREATE TRIGGER") for line in lines)
    return not table or guarded or (known is not None and known.role == "truth")


def _by_table(lines: tuple[str, ...]) -> dict[str, list[str]]:
    """Statements by the table they belong to; alembic's own are not among them."""
    found: dict[str, list[str]] = {}
    for line in lines:
        if line in _ALEMBICS or line.startswith("INSERT INTO alembic_version"):
            continue
        made = _OBJECT.match(line)
        found.setdefault(made[1] if made else "", []).append(line)
    return found
