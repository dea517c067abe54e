"""Pushes just taken in, until they are folded: they need not be read back from the disk.

Only what was stored is here, so nothing depends on it: whatever is missing is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from server.log.leaves import EntryLeaf

MOST_ENTRIES = 64
"""A longer push is a backlog: its turn to be folded comes late."""
MOST_BYTES = 32 * 1024 * 1024
"""Of entries held, which is half a minute of 500 stations; what comes then is read when its turn to
be folded comes, after those."""


class Arrived(NamedTuple):
    """An entry as it came."""

    leaf: EntryLeaf
    data: bytes
    stop: int
    """Where the push ended that began with this entry; 0 if it stood further in."""


class Fresh:
    """Entries by their leaf's place in the server's log."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self._entries: dict[int, Arrived] = {}
        self._bytes = 0

    def came(self, first: int, leaves: Iterable[EntryLeaf], entries: Sequence[bytes]) -> None:
        """A push was stored, and a head after it; ``first``: where the first of its leaves is."""
        size = sum(map(len, entries))
        if len(entries) > MOST_ENTRIES or self._bytes + size > MOST_BYTES:
            return
        self._bytes += size
        for at, (leaf, data) in enumerate(zip(leaves, entries, strict=True)):
            self._entries[first + at] = Arrived(leaf, data, 0 if at else leaf.index + len(entries))

    def take(self, index: int) -> Arrived | None:
        """The entry of the leaf ``index``, once; None if it is to be read."""
        found = self._entries.pop(index, None)
        if found is not None:
            self._bytes -= len(found.data)
        return found

    def forget(self) -> None:
        """Believe only the store: what came may have been undone."""
        self._entries.clear()
        self._bytes = 0
