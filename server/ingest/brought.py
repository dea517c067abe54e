"""What one push brought, for all who look at it: its records are read once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from server.log.leaves import EntryLeaf
    from server.store.protocol import Row, Store

MOST_ROWS = 64
"""Of one run held in memory."""


class Brought:
    """Entries ``start`` to ``stop`` (not included) of a log, all folded."""

    def __init__(
        self, store: Store, origin: str, start: int, stop: int, records: list[Row] | None = None
    ) -> None:
        """``records``: their rows if they are known; otherwise they are read when asked for."""
        self._store, self.origin, self.start, self.stop = store, origin, start, stop
        self._records = records

    @property
    def records(self) -> list[Row]:
        """Rows of those that could be read, in the log's order."""
        if self._records is None:
            self._records = self._store.rows(
                "records", origin=self.origin, start=self.start, stop=self.stop
            )
        return self._records

    def of(self, *kinds: str) -> list[Row]:
        """The records of these kinds, in the log's order."""
        return [row for row in self.records if row["kind"] in kinds]


class Run:
    """Entries of one log that were folded one after another, and the rows they gave."""

    def __init__(self, leaf: EntryLeaf, record: Row | None, push: int = 0) -> None:
        """It begins with ``leaf``; ``push``: where the push ended that did so too, if known."""
        self.origin, self.first, self.last = leaf.origin, leaf.index, leaf.index
        self._push = push
        self._rows = [] if record is None else [record]

    def goes_on(self, leaf: EntryLeaf, record: Row | None) -> bool:
        """Take the entry if it is the next of the same log."""
        if (self.origin, self.last + 1) != (leaf.origin, leaf.index):
            return False
        self.last += 1
        if record is not None and self.last - self.first < MOST_ROWS:
            self._rows.append(record)
        return True

    @property
    def is_one_push(self) -> bool:
        """Whether it is known to be just one push, as it came."""
        return self._push == self.last + 1

    @property
    def records(self) -> list[Row] | None:
        """The rows, in the log's order; None if they are too many to be held."""
        return self._rows if self.last - self.first < MOST_ROWS else None


class Looker(Protocol):
    """Who looks at what a push brought (:class:`server.quality.disputes.Disputes`)."""

    def look(self, brought: Brought) -> None:
        """State what stands against it, or what follows from it."""
