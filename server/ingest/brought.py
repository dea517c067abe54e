"""What one push brought, for all who look at it: its records are read once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from server.store.protocol import Row, Store


class Brought:
    """Entries ``start`` to ``stop`` (not included) of a log, all folded."""

    def __init__(self, store: Store, origin: str, start: int, stop: int) -> None:
        """Nothing is read yet."""
        self._store, self.origin, self.start, self.stop = store, origin, start, stop

    @cached_property
    def records(self) -> list[Row]:
        """Rows of those that could be read, in the log's order."""
        return self._store.rows("records", origin=self.origin, start=self.start, stop=self.stop)

    def of(self, *kinds: str) -> list[Row]:
        """The records of these kinds, in the log's order."""
        return [row for row in self.records if row["kind"] in kinds]


class Looker(Protocol):
    """Who looks at what a push brought (:class:`server.quality.disputes.Disputes`)."""

    def look(self, brought: Brought) -> None:
        """State what stands against it, or what follows from it."""
