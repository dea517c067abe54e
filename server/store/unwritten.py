"""Rows that a transaction is still to hand to the engine: many at once, not one by one.

Pushes that share a transaction write one row each to the same few tables, and a statement costs
more than the row. Whoever asks a table has what is held back of it handed over first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = tuple[object, ...]
Verb = Literal["add", "put"]

MOST = 256
"""Rows held back of a table: more at once gain nothing."""


Write = Callable[[str, Verb, "Sequence[Row]"], None]


class Unwritten:
    """What is held back, by table: rows for one verb, in the order they came."""

    def __init__(self, write: Write) -> None:
        """``write`` hands rows of a table over."""
        self._write = write
        self._held: dict[str, tuple[Verb, list[Row]]] = {}

    def __contains__(self, table: str) -> bool:
        """Whether anything of the table is held back."""
        return table in self._held

    def add(self, table: str, verb: Verb, rows: Sequence[Row]) -> None:
        """Hold rows back that both engines keep; a key that is there already is met later."""
        held = self._held.get(table)
        if held is not None and held[0] != verb:
            self.hand_over(table)
        if len(rows) >= MOST:
            self.hand_over(table)
            self._write(table, verb, rows)
            return
        kept = self._held.setdefault(table, (verb, []))[1]
        kept += rows
        if len(kept) >= MOST:
            self.hand_over(table)

    def hand_over(self, table: str) -> None:
        """Write what is held back of the table."""
        held = self._held.pop(table, None)
        if held is not None:
            self._write(table, *held)

    def hand_all_over(self, write: Write) -> None:
        """Write all that is held back, the transaction's last."""
        held, self._held = self._held, {}
        for table, (verb, rows) in held.items():
            write(table, verb, rows)

    def forget(self) -> None:
        """The transaction failed: nothing of it stands."""
        self._held.clear()
