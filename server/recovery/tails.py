"""Cutting tails of the log for keepers: leaves, and what they name that is kept nowhere else.

Stations' own records are not in it: they have them. What the server wrote beside its leaves is:
documents and packs by digest, evidence of forks, and the office's entries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.log.leaves import EntryLeaf, decode
from server.recovery.named import NAMES, named
from server.recovery.seal import Content
from sync.merkle import leaf_hash
from sync.tail import TAIL_LEAVES, Tail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.log.leaves import Statement
    from server.recovery.seal import Seal
    from server.store.protocol import Row, Store

ENOUGH_BYTES = 2 * 1024 * 1024
"""A tail ends when it holds this much."""


class Tails:
    """The log in sealed pieces."""

    def __init__(self, store: Store, seal: Seal, office: str) -> None:
        """Over the store; ``office``: the origin of the server's own journal."""
        self._store, self._seal, self._office = store, seal, office

    def cut(self, start: int, stop: int) -> Tail:
        """Leaves from ``start`` on, at most to ``stop``; at least one."""
        leaves: list[bytes] = []
        rows: dict[tuple[str, str], tuple[str, Row]] = {}
        office: list[tuple[int, bytes]] = []
        size = 0
        for row in self._store.rows("leaves", start=start, stop=min(stop, start + TAIL_LEAVES)):
            data = bytes(row["data"])
            leaf = decode(data)
            leaves.append(data)
            size += len(data)
            if isinstance(leaf, EntryLeaf):
                for entry in self._of_the_office(leaf):
                    office.append((leaf.index, entry))
                    size += len(entry)
            else:
                for table, found in self._named(leaf):
                    rows[table, repr(sorted(found.items())[:3])] = (table, found)
                    size += sum(len(one) for one in found.values() if isinstance(one, bytes))
            if size >= ENOUGH_BYTES:
                break
        content = Content(start, tuple(leaves), tuple(rows.values()), tuple(office))
        return Tail(tuple(leaf_hash(data) for data in leaves), self._seal.close(content))

    def _of_the_office(self, leaf: EntryLeaf) -> list[bytes]:
        if leaf.origin != self._office:
            return []
        row = self._store.one("entries", origin=leaf.origin, idx=leaf.index)
        return [bytes(row["data"])] if row else []

    def _named(self, said: Statement) -> Iterator[tuple[str, Row]]:
        """Rows that a statement names."""
        for table, values in named(said):
            key = dict(zip(NAMES[table], values, strict=True))
            for row in self._store.rows(table, **key):
                yield table, row
