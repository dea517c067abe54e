"""A station keeps the server's log for the server, sealed: the server asks it to, by its head.

A server put back from an old copy gets back what it lost since. Every tail is checked against a
checkpoint that this station verifies; of what is inside it knows nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sync.checkpoint import Checkpoint
from sync.faults import Fault
from sync.merkle import CompactRange
from sync.sqlite import Database
from sync.tail import Tail

BUDGET = 512 * 1024 * 1024
"""Most bytes kept; the oldest tails go first."""
_TABLES = (
    """CREATE TABLE IF NOT EXISTS tail (
        start INTEGER PRIMARY KEY, stop INTEGER NOT NULL, box BLOB NOT NULL) STRICT""",
    """CREATE TABLE IF NOT EXISTS tail_end (
        id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL, range BLOB NOT NULL,
        proved INTEGER NOT NULL) STRICT""",
)


class Kept(NamedTuple):
    """A sealed tail that begins at leaf ``start``."""

    start: int
    box: bytes


class Keeper:
    """The tails in a station's database. Writer thread only."""

    def __init__(self, database: Database, budget: int = BUDGET) -> None:
        """Keep at most ``budget`` bytes in ``database``."""
        self._database, self._budget = database, budget
        with database.write() as connection:
            for statement in _TABLES:
                connection.execute(statement)

    @property
    def size(self) -> int:
        """How many leaves of the server's log are kept, or were."""
        return self._end()[0].size

    def keep(self, tail: Tail, checkpoint: Checkpoint) -> None:
        """Keep the next tail. At the checkpoint's size its root must be reached.

        Raises Fault ``server-log-forked``: the tails since the last proof are thrown away.
        """
        range_, proved = self._end()
        start = range_.size
        for leaf in tail.hashes:
            range_.append(leaf)
        if range_.size > checkpoint.size:
            raise Fault("answer-not-understood", "a tail beyond its checkpoint")
        if range_.size == checkpoint.size:
            if range_.root() != checkpoint.root:
                self.begin_again()
                raise Fault("server-log-forked", f"the leaves do not lead to {checkpoint.mark()}")
            proved = range_.size
        with self._database.write() as connection:
            connection.execute("INSERT INTO tail VALUES (?, ?, ?)", (start, range_.size, tail.box))
            connection.execute(
                "INSERT OR REPLACE INTO tail_end (id, size, range, proved) VALUES (1, ?, ?, ?)",
                (range_.size, range_.to_bytes(), proved),
            )
        self._prune()

    def from_(self, size: int) -> Iterator[Kept]:
        """The tails that hold leaf ``size`` and those after it, one by one."""
        while True:
            with self._database.read() as connection:
                row = connection.execute(
                    "SELECT start, stop, box FROM tail WHERE stop > ? ORDER BY start LIMIT 1",
                    (size,),
                ).fetchone()
            if row is None:
                return
            size = row[1]
            yield Kept(row[0], row[2])

    def _end(self) -> tuple[CompactRange, int]:
        with self._database.read() as connection:
            row = connection.execute("SELECT size, range, proved FROM tail_end").fetchone()
        if row is None:
            return CompactRange(), 0
        return CompactRange.from_bytes(row[0], row[1]), row[2]

    def begin_again(self) -> None:
        """Throw all away: what is not proved, or of a log that ended, cannot be gone on from."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM tail")
            connection.execute("DELETE FROM tail_end")

    def _prune(self) -> None:
        with self._database.read() as connection:
            kept = connection.execute("SELECT coalesce(sum(length(box)), 0) FROM tail").fetchone()
        if kept[0] > self._budget:
            with self._database.write() as connection:
                connection.execute("DELETE FROM tail WHERE start = (SELECT min(start) FROM tail)")
