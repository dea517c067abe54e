"""Rows that a transaction is still to hand to the engine: many at once, not one by one.

Pushes that share a transaction write one row each to the same few tables, and a statement costs
more than the row. Whoever asks a table has what is held back of it handed over first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.store.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Row = Sequence[object]
    Write = Callable[[str, str, Sequence[Row]], None]
    """Table, statement, rows."""

MOST = 256
"""Rows held back of a table: more at once gain nothing."""
_INTEGER = 2**63
_TYPES: dict[str, type] = {"t": str, "i": int, "b": bytes}
_COLUMNS = {
    name: tuple(_TYPES[column.split(":")[1]] for column in table.columns)
    for name, table in TABLES.items()
}
"""Type of each column."""


class Unwritten:
    """What is held back, by table: rows for one statement, in the order they came."""

    def __init__(self, write: Callable[[str, str, Sequence[Row]], None]) -> None:
        """``write`` hands rows of a table over."""
        self._write = write
        self._held: dict[str, tuple[str, list[Row]]] = {}

    def __contains__(self, table: str) -> bool:
        """Whether anything of the table is held back."""
        return table in self._held

    def add(self, table: str, statement: str, rows: Sequence[Row]) -> None:
        """Hold rows back, or hand them over: who wrote what the engine refuses is to hear it.

        Only a key that is there already is met later.
        """
        held = self._held.get(table)
        if held is not None and held[0] != statement:
            self.hand_over(table)
            held = None
        if len(rows) >= MOST or not all(_plain(table, row) for row in rows):
            self.hand_over(table)
            self._write(table, statement, rows)
            return
        kept = self._held.setdefault(table, (statement, []))[1]
        kept += rows
        if len(kept) >= MOST:
            self.hand_over(table)

    def hand_over(self, table: str) -> None:
        """Write what is held back of the table."""
        held = self._held.pop(table, None)
        if held is not None:
            self._write(table, *held)

    def hand_all_over(self) -> None:
        """Write all that is held back."""
        for table in list(self._held):
            self.hand_over(table)

    def forget(self) -> None:
        """The transaction failed: nothing of it stands."""
        self._held.clear()


def _plain(table: str, row: Row) -> bool:
    """Whether the engine takes the row for certain, if its key is new."""
    if tuple(map(type, row)) != _COLUMNS[table]:
        return False
    for value in row:
        if type(value) is str:
            if not (value.isascii() or _is_text(value)):
                return False
        elif type(value) is int and not -_INTEGER <= value < _INTEGER:
            return False
    return True


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
