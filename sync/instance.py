"""What tells this installation from a copy of its disk: marks that only one of them can continue.

At each session the station gives the server a fresh random mark together with the one it gave
before. Both are durable before they are sent. Two copies of one disk go on from the same mark with
different new ones; the second to call is known for a copy, even if neither wrote anything.
"""

from __future__ import annotations

from collections.abc import Callable

from sync.sqlite import Database
from sync.writer import OnWriter, directly

_TABLE = """CREATE TABLE IF NOT EXISTS instance (
    id INTEGER PRIMARY KEY CHECK (id = 1), before TEXT NOT NULL, mark TEXT NOT NULL) STRICT"""
_DRAWS = 3
"""Draws of 53 bits in a mark."""


class Instance:
    """The marks of an installation, in its database. Any thread, by ``on_writer``."""

    def __init__(
        self,
        database: Database,
        chance: Callable[[], float],
        on_writer: OnWriter = directly,
    ) -> None:
        """``chance`` gives numbers from 0 to 1. To be made on the writer thread."""
        self._database, self._chance, self._on_writer = database, chance, on_writer
        with database.write() as connection:
            connection.execute(_TABLE)

    def fresh(self) -> tuple[str, str]:
        """The mark of the session before and the new one; the same again until confirmed."""
        return self._on_writer(self._fresh)

    def _fresh(self) -> tuple[str, str]:
        before, mark = self._kept()
        if not mark:
            mark = "".join(f"{int(self._chance() * 2**53):014x}" for _ in range(_DRAWS))
            self._keep(before, mark)
        return before, mark

    def confirmed(self) -> None:
        """The server took the new mark."""
        self._on_writer(lambda: self._keep(self._kept()[1], ""))

    def _kept(self) -> tuple[str, str]:
        with self._database.read() as connection:
            row = connection.execute("SELECT before, mark FROM instance").fetchone()
        return (row[0], row[1]) if row is not None else ("", "")

    def _keep(self, before: str, mark: str) -> None:
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO instance (id, before, mark) VALUES (1, ?, ?)",
                (before, mark),
            )
