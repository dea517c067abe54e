"""What a push asks every time, kept in memory: one process holds the database, who writes is known.

Of tables that seldom change the answers, until the table is written to: who the station is, which
key it has, whether its log waits for anything. Of others the single rows, as they are written: when
the station called last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.store.protocol import Row

T = TypeVar("T")
MOST = 4_096
"""Answers or rows kept of one table: some for each of a thousand stations."""

Asked = tuple[str, tuple[object, ...]]
"""A statement and its values."""


class Remembered:
    """What was answered, by table. Not for rows of a size that matters."""

    def __init__(self) -> None:
        """Nothing is remembered."""
        self._answers: dict[str, dict[Asked, list[Any]]] = {}
        self._rows: dict[str, dict[object, Row | None]] = {}
        self._derived: dict[tuple[str, ...], dict[object, Any]] = {}

    def answer(self, table: str, asked: Asked, find: Callable[[], list[Any]]) -> list[Any]:
        """The answer as it was, or found now."""
        answers = self._answers.setdefault(table, {})
        known = answers.get(asked)
        if known is None:
            known = find()
            if len(answers) >= MOST:
                answers.clear()
            answers[asked] = known
        return known

    def derived(self, tables: tuple[str, ...], key: object, find: Callable[[], T]) -> T:
        """What was found of several tables, or is now."""
        known = self._derived.setdefault(tables, {})
        if key not in known:
            if len(known) >= MOST:
                known.clear()
            known[key] = find()
        found: T = known[key]
        return found

    def row(self, table: str, key: object, find: Callable[[], Row | None]) -> Row | None:
        """The row of that key as it was found or written; the caller's own."""
        rows = self._rows.setdefault(table, {})
        if key not in rows:
            if len(rows) >= MOST:
                rows.clear()
            rows[key] = find()
        known = rows[key]
        return None if known is None else dict(known)

    def wrote(self, table: str, key: object, row: Row) -> None:
        """A row was put."""
        rows = self._rows.setdefault(table, {})
        if key in rows:
            rows[key] = dict(row)

    def forget(self, table: str) -> None:
        """The table is written to."""
        self._answers.pop(table, None)
        for tables in [one for one in self._derived if table in one]:
            del self._derived[tables]

    def forget_rows(self, table: str) -> None:
        """Rows of it were removed."""
        self._rows.pop(table, None)

    def forget_all(self) -> None:
        """What was read may have been undone."""
        self._answers.clear()
        self._rows.clear()
        self._derived.clear()
