"""The tables as each version had them, and what leads from one to the next.

A version that was released is a file in ``frozen``: never changed. The newest is the schema itself.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from server.store.schema import TABLES, VERSION_TABLE, statements

FROZEN = Path(__file__).parent / "frozen"
_OBJECT = re.compile(r"CREATE (TABLE|INDEX|TRIGGER) (\w+)(?: .*?ON (\w+))?")


@cache
def tables_at(version: int, dialect: str) -> tuple[str, ...]:
    """The statements that make a database of that version."""
    file = FROZEN / f"{version}.{dialect}.sql"
    if not file.exists():
        return tuple(statements())
    return tuple(line.removesuffix(";") for line in file.read_text(encoding="utf-8").splitlines())


def between(old: int, new: int, dialect: str) -> list[str]:
    """The statements that lead from a version to the next; truth is only ever added to.

    ValueError if a table of truth differs: that needs a step of its own, which keeps its rows and
    its triggers.
    """
    have, want = (_by_table(tables_at(version, dialect)) for version in (old, new))
    changed = [table for table, lines in have.items() if want.get(table) != lines]
    if kept := [table for table in changed if _is_truth(table, have[table])]:
        raise ValueError(f"truth of version {old} would be lost: {', '.join(kept)}")
    dropped = ["DROP TABLE " + table for table in changed]
    made = [line for table, lines in want.items() if have.get(table) != lines for line in lines]
    return dropped + made


def _is_truth(table: str, lines: list[str]) -> bool:
    known = TABLES.get(table)
    guarded = any(line.startswith("CREATE TRIGGER") for line in lines)
    return guarded or (known is not None and known.role == "truth")


def _by_table(lines: tuple[str, ...]) -> dict[str, list[str]]:
    """Statements by the table they belong to."""
    found: dict[str, list[str]] = {}
    for line in lines:
        made = _OBJECT.match(line)
        if line == VERSION_TABLE:
            continue  # alembic's
        if made is None:
            raise ValueError(f"neither table, index nor trigger: {line}")
        found.setdefault(made[3] or made[2], []).append(line)
    return found
