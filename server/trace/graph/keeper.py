"""Keeps the arrays grown and on disk, beside the event loop."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from server.trace.graph.base import empty
from server.trace.graph.build import build
from server.trace.graph.draft import Draft
from server.trace.graph.load import reading, rows_of
from server.trace.graph.merge import DUE, merging
from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.store.protocol import Store
    from server.trace.graph.base import Base
    from server.trace.graph.graph import Graph
    from server.trace.graph.snapshot import Snapshots
    from server.workers import Workers

LOG = logging.getLogger("lotbook.server")
LEAVES = 20_000
"""So many leaves after the snapshot a new one is made: what a start has to read stays short."""
MUCH = 50_000
"""Rows and leaves; to read more than these at once would keep everybody waiting."""
READ = 80
"""Percent of the building that is reading; the rest is sorting."""


class Keeper:
    """Builds, merges and saves when it is time. Event loop's thread only."""

    def __init__(
        self,
        graph: Graph,
        store: Store,
        snapshots: Snapshots,
        root_at: Callable[[int], str | None],
    ) -> None:
        """Of ``graph`` over ``store``; ``root_at``: the global log's root at a size."""
        self._graph, self._store = graph, store
        self._snapshots, self._root_at = snapshots, root_at
        self._saved = 0
        self._checked = False

    @property
    def checked(self) -> bool:
        """False while answers rest on arrays that were mapped and are still to be looked at."""
        return self._checked or not self._graph.mapped

    def begin(self) -> None:
        """Read what is missing, before anybody is answered; or have it built, if that is much."""
        if self._graph.map() or not self._much():
            self._graph.caught_up()
        else:
            self._graph.building = 0

    def _much(self) -> bool:
        return self._graph.size() + rows_of(self._store) > MUCH

    def at_once(self) -> None:
        """Read what is missing and write the snapshot here and now, so that no start has to.

        Raises Fault ``disk-full`` or ``write-failed``, and OSError: then the next start reads all.
        """
        work, leaves = merging(self._graph)
        root = self._root_at(leaves)
        if root is not None:
            self._snapshots.save(work(), leaves, root)

    async def keep(self, workers: Workers) -> None:
        """Build what ``begin`` left; check what was mapped, once; merge and save if it is due."""
        if not self.checked and not await workers.check(self._snapshots.sound):
            LOG.warning("the genealogy's snapshot is damaged: all is read again")
            self._snapshots.discard()
            self._graph.forget()
            self._graph.mapped = 0
            self._graph.building = 0 if self._much() else None
        self._checked = True
        if self._graph.building is not None:
            await self._build(workers)
        elif self._due():
            await self._merge(workers)

    async def _build(self, workers: Workers) -> None:
        """All anew: read in pieces, so that others have their turn; sorted in another thread."""
        size = self._graph.size()
        root, whole = self._root_at(size), self._graph.whole
        self._graph.aside()
        base = await self._read(size, workers)
        if base is None or root != self._root_at(size):
            return  # somebody read it at once; or what was read was undone meanwhile
        self._graph.rebased(base, size)
        self._saved = size
        if root is not None and whole:
            await self._save(base, size, root, workers)

    async def _read(self, size: int, workers: Workers) -> Base | None:
        """None: somebody could not wait, and read it at once."""
        graph, draft = self._graph, Draft(empty())
        for part in reading(self._store, size, draft):
            if graph.building is None:
                return None
            graph.building = int(READ * part)
            await asyncio.sleep(0)
        base = await workers.read(lambda: build(draft))
        return None if graph.building is None else base

    def _due(self) -> bool:
        recent, saved = self._graph.caught_up(), self._saved or self._graph.mapped
        since = self._graph.cursor - saved
        return recent.size > DUE or since > LEAVES or (not saved and since > 0)

    async def _merge(self, workers: Workers) -> None:
        work, leaves = merging(self._graph)
        root, whole = self._root_at(leaves), self._graph.whole
        base = await workers.read(work)
        if root is None or root != self._root_at(leaves):
            return  # what was read was undone meanwhile
        self._graph.rebased(base, leaves)
        self._saved = leaves
        if whole:
            await self._save(base, leaves, root, workers)

    async def _save(self, base: Base, leaves: int, root: str, workers: Workers) -> None:
        """Have the arrays on the disk, and no longer in memory."""
        try:
            await workers.read(lambda: self._snapshots.save(base, leaves, root))
        except (Fault, OSError) as fault:  # only a copy: the next start takes longer
            LOG.warning("the genealogy's snapshot was not written: %s", fault)
            return
        saved = self._snapshots.load(self._root_at)
        if saved is not None and saved[1] == leaves:
            self._graph.mapped_again(base, saved[0])
