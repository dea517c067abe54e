"""Pushes just taken in, until they are folded: they need not be read back from the disk.

Only what was stored is here, so nothing depends on it: whatever is missing is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ENTRIES = 64
"""A longer push is a backlog: its turn to be folded comes late."""
MOST_BYTES = 4 * 1024 * 1024
"""Of entries held; all are let go before it is more."""


class Arrived(NamedTuple):
    """An entry as it came."""

    data: bytes
    stop: int
    """Where the push ended that began with this entry; 0 if it stood further in."""


class Fresh:
    """Entries by their place."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self._entries: dict[tuple[str, int], Arrived] = {}
        self._bytes = 0

    def came(self, origin: str, start: int, entries: Sequence[bytes]) -> None:
        """A push was stored: entries ``start`` on, and a head after them."""
        if len(entries) > MOST_ENTRIES:
            return
        size = sum(map(len, entries))
        if self._bytes + size > MOST_BYTES:
            self.forget()
        self._bytes += size
        stop = start + len(entries)
        for at, data in enumerate(entries, start):
            self._entries[origin, at] = Arrived(data, stop if at == start else 0)

    def take(self, origin: str, index: int) -> Arrived | None:
        """The entry, once; None if it is to be read."""
        found = self._entries.pop((origin, index), None)
        if found is not None:
            self._bytes -= len(found.data)
        return found

    def forget(self) -> None:
        """Believe only the store: what came may have been undone."""
        self._entries.clear()
        self._bytes = 0
