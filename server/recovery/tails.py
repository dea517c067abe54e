"""Cutting tails of the log for keepers: leaves, and what they name that is kept nowhere else.

Stations' own records are not in it: they have them. What the server wrote beside its leaves is:
documents and packs by digest, evidence of forks, and the office's entries.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from server.log.leaves import EntryLeaf, decode
from server.recovery.named import NAMES, named
from server.recovery.seal import Content
from sync.merkle import leaf_hash
from sync.tail import TAIL_LEAVES, TAIL_LIMIT, Tail, tail_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.log.leaves import Statement
    from server.recovery.seal import Seal
    from server.store.protocol import Row, Store

LOG = logging.getLogger("lotbook.server")
Rows = dict[tuple[str, str], tuple[str, "Row"]]
"""Table and row, by what tells it apart."""
ENOUGH_BYTES = 2 * 1024 * 1024
"""A tail ends when it holds this much."""


class Tails:
    """The log in sealed pieces."""

    def __init__(self, store: Store, seal: Seal, office: str) -> None:
        """Over the store; ``office``: the origin of the server's own journal."""
        self._store, self._seal, self._office = store, seal, office

    def cut(self, start: int, stop: int) -> Tail:
        """Leaves from ``start`` on, at most to ``stop``; at least one.

        What the last of them names is left out where no keeper would take so much: it is in
        backups, and the leaves after it are worth more.
        """
        leaves: list[bytes] = []
        rows: Rows = {}
        last: Rows = {}
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
                rows.update(last)
                last = self._rows(leaf)
                size += sum(map(_bytes_of, last.values()))
            if size >= ENOUGH_BYTES:
                break
        box = self._seal.close(_content(start, leaves, rows | last, office))
        if tail_size(len(leaves), box) > TAIL_LIMIT:
            LOG.warning("leaf %s names more than a tail holds: backups alone have it",
                        start + len(leaves) - 1)  # fmt: skip
            box = self._seal.close(_content(start, leaves, rows, office))
        return Tail(tuple(leaf_hash(data) for data in leaves), box)

    def _rows(self, said: Statement) -> Rows:
        """What a statement names, each once."""
        named_ = self._named(said)
        return {(table, repr(sorted(row.items())[:3])): (table, row) for table, row in named_}

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


def _content(
    start: int, leaves: list[bytes], rows: Rows, office: list[tuple[int, bytes]]
) -> Content:
    return Content(start, tuple(leaves), tuple(rows.values()), tuple(office))


def _bytes_of(row: tuple[str, Row]) -> int:
    return sum(len(one) for one in row[1].values() if isinstance(one, bytes))
