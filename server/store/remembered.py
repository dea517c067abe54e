"""Answers of tables that seldom change, kept until the table is written to.

A push asks who the station is, which key it has, whether its log waits for anything: the same rows
every time. One process holds the database, so whoever writes is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 4_096
"""Answers kept of one table: some for each of a thousand stations."""

Asked = tuple[str, tuple[object, ...]]
"""A statement and its values."""


class Remembered:
    """What was answered, by table. Not for rows of a size that matters."""

    def __init__(self) -> None:
        """Nothing is remembered."""
        self._answers: dict[str, dict[Asked, list[Any]]] = {}

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

    def forget(self, table: str) -> None:
        """The table is written to."""
        self._answers.pop(table, None)

    def forget_all(self) -> None:
        """What was read may have been undone."""
        self._answers.clear()
