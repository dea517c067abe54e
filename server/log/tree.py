"""Merkle trees (RFC 9162) over stored nodes: append, root, inclusion and consistency proofs.

Every complete subtree's hash is stored once (level 0 are the leaf hashes), so that a proof
touches O(log² n) rows and nothing is recomputed from the leaves. The server's own log and every
station's log are such trees, told apart by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.words import Refusal
from sync import merkle

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.store.protocol import Store

GLOBAL = ""
"""The name of the server's own log among the trees."""


class Tree:
    """One tree of the ``nodes`` table."""

    def __init__(self, store: Store, log: str = GLOBAL) -> None:
        """The tree named ``log``: an origin, or :data:`GLOBAL`."""
        self._store, self._log = store, log

    def size(self) -> int:
        """How many leaves there are."""
        newest = self._store.newest("nodes", log=self._log, level=0)
        return 0 if newest is None else int(newest["idx"]) + 1

    def range(self) -> merkle.CompactRange:
        """The compact range from which this tree goes on."""
        return self.range_at(self.size())

    def extend(self, leaf_hashes: Iterable[bytes]) -> merkle.CompactRange:
        """Add leaves and every subtree they complete; the range afterwards."""
        range_ = self.range()
        rows = [
            {"log": self._log, "level": level, "idx": index, "hash": node}
            for leaf in leaf_hashes
            for level, index, node in range_.append_nodes(leaf)
        ]
        self._store.add_all("nodes", rows)
        return range_

    def leaf(self, index: int) -> bytes:
        """The hash of leaf ``index``."""
        return self._node(0, index)

    def root(self, size: int) -> bytes:
        """The root over the first ``size`` leaves; Refusal if there are fewer."""
        self._within(size)
        return self.range_at(size).root()

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The audit path of leaf ``index`` in the tree of ``size``; Refusal if not there."""
        self._within(size)
        if not 0 <= index < size:
            raise Refusal("bad-request", why=f"index {index} is not in a log of {size}")
        return merkle.inclusion_proof(self._node, index, size)

    def consistency(self, first: int, second: int) -> list[bytes]:
        """The proof that the tree of ``first`` is a beginning of that of ``second``."""
        self._within(second)
        if not 0 < first <= second:
            raise Refusal("bad-request", why=f"no consistency from {first} to {second}")
        return merkle.consistency_proof(self._node, first, second)

    def range_at(self, size: int) -> merkle.CompactRange:
        """The compact range of the first ``size`` leaves; the caller's own copy."""
        levels = [level for level in reversed(range(size.bit_length())) if size >> level & 1]
        hashes = [self._node(level, (size >> level + 1) << 1) for level in levels]
        return merkle.CompactRange(size, hashes)

    def _within(self, size: int) -> None:
        if not 0 <= size <= self.size():
            raise Refusal("bad-request", why=f"the log has not {size} leaves")

    def _node(self, level: int, index: int) -> bytes:
        row = self._store.one("nodes", log=self._log, level=level, idx=index)
        if row is None:
            raise Refusal("damaged", why=f"node {self._log}/{level}/{index} is missing")
        return bytes(row["hash"])
