"""Keeps the arrays grown and on disk, beside the event loop."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from server.trace.graph.merge import DUE, merging
from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.trace.graph.graph import Graph
    from server.trace.graph.snapshot import Snapshots
    from server.workers import Workers

LOG = logging.getLogger("lotbook.server")
LEAVES = 20_000
"""So many leaves after the snapshot a new one is made: what a start has to read stays short."""


class Keeper:
    """Merges and saves when it is time. Event loop's thread only."""

    def __init__(
        self, graph: Graph, snapshots: Snapshots, root_at: Callable[[int], str | None]
    ) -> None:
        """Of ``graph``; ``root_at``: the global log's root at a size."""
        self._graph, self._snapshots, self._root_at = graph, snapshots, root_at
        self._saved = graph.cursor
        self._checked = False

    def begin(self) -> None:
        """Read what is missing, before anybody is answered."""
        self._graph.caught_up()

    def at_once(self) -> None:
        """Read what is missing and write the snapshot here and now, so that no start has to.

        Raises Fault ``disk-full`` or ``write-failed``, and OSError: then the next start reads all.
        """
        work, leaves = merging(self._graph)
        root = self._root_at(leaves)
        if root is not None:
            self._snapshots.save(work(), leaves, root)

    async def keep(self, workers: Workers) -> None:
        """Check what was mapped, once; merge and save if it is due."""
        if not self._checked and self._saved:
            self._checked = True
            if not await workers.read(self._snapshots.sound):
                LOG.warning("the genealogy's snapshot is damaged: all is read again")
                self._snapshots.discard()
                self._saved = 0
                self._graph.forget()
        self._checked = True
        if self._due():
            await self._save(workers)

    def _due(self) -> bool:
        recent = self._graph.caught_up()
        since = self._graph.cursor - self._saved
        return recent.size > DUE or since > LEAVES or (not self._saved and since > 0)

    async def _save(self, workers: Workers) -> None:
        work, leaves = merging(self._graph)
        root = self._root_at(leaves)
        base = await workers.read(work)
        if root is None or root != self._root_at(leaves):
            return  # what was read was undone meanwhile
        self._graph.rebased(base, leaves)
        self._saved = leaves
        try:
            await workers.read(lambda: self._snapshots.save(base, leaves, root))
        except (Fault, OSError) as fault:  # only a copy: the next start takes longer
            LOG.warning("the genealogy's snapshot was not written: %s", fault)
