"""The trees of all stations' logs, each read from the store once."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from server.log.tree import Tree

if TYPE_CHECKING:
    from server.store.protocol import Store

TREES_HELD = 2_048
"""Trees kept in memory; the one used longest ago is let go first."""


class Trees:
    """The trees of a store, each read once; for one thread."""

    def __init__(self, store: Store) -> None:
        """Over a store."""
        self._store = store
        self._trees: OrderedDict[str, Tree] = OrderedDict()

    def of(self, log: str) -> Tree:
        """The tree of a station's log."""
        tree = self._trees.get(log)
        if tree is None:
            tree = self._trees[log] = Tree(self._store, log)
            if len(self._trees) > TREES_HELD:
                self._trees.popitem(last=False)
        self._trees.move_to_end(log)
        return tree

    def forget(self) -> None:
        """Believe only the store."""
        self._trees.clear()
