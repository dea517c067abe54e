"""The genealogy, kept in step with the log: arrays, what came after them, and how far they are.

Whoever folds in this process says which job orders and statements it touched; they are read again
when somebody asks next, so that a new edge is in the very next answer. What nobody said here (after
a restart) is found by reading the leaves since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.log.leaves import EntryLeaf, decode
from server.trace.graph import stored
from server.trace.graph.load import load
from server.trace.graph.recent import Recent
from server.trace.graph.view import View, When
from server.trace.reach import LotId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from server.log.leaves import Statement
    from server.store.protocol import Row, Store
    from server.trace.graph.base import Base

PAGE = 1_000
JOBS = {"order.dispatched": "id", "record.disputed": "job"}
"""Statements that change what a job order says, and the member that names it."""
LINES = frozenset({"shipment.recorded", "return.recorded", "lots.transformed"})
ANEW = frozenset({"history.imported"})
"""Statements after which all is read anew."""
LOTS = frozenset({"lot.received"})


class Touched:
    """What is to be read again."""

    def __init__(self) -> None:
        """Nothing."""
        self.jobs: set[str] = set()
        self.statements: set[int] = set()
        self.lots: set[LotId] = set()
        self.all = False

    def stated(self, index: int, said: Statement) -> None:
        """A statement was folded."""
        if said.kind in LINES:
            self.statements.add(index)
        elif said.kind in JOBS:
            self.jobs.add(str(said.body[JOBS[said.kind]]))
        elif said.kind in LOTS:
            self.lots.add(LotId(str(said.body["item"]), str(said.body["lot"])))
        elif said.kind in ANEW:
            self.all = True


class Graph:
    """The whole genealogy of a store. Event loop's thread only."""

    def __init__(
        self,
        store: Store,
        folded: Callable[[], int],
        base: tuple[Base, int] | None = None,
        dropped: Callable[[], None] = lambda: None,
    ) -> None:
        """``folded`` catches up with the log and says how many leaves the projections hold.

        ``base``: arrays made before, and how many leaves they hold. ``dropped`` is called when they
        are to be believed no more.
        """
        self._store, self._folded, self._dropped = store, folded, dropped
        self._recent = None if base is None else Recent(base[0])
        self.cursor = 0 if base is None else base[1]
        self._heard = -1
        self._touched = Touched()
        self._awaited: list[int] = []
        self._last: Row | None = None
        """The newest leaf that was read."""
        self._doubted = False
        self.readings = 0
        """How often anything was read into it: what was found between two is the same."""

    def settled(
        self, folded: tuple[int, int], jobs: Iterable[str], stated: Iterable[tuple[int, Statement]]
    ) -> None:
        """The projector folded leaves from one to another, and touched these."""
        if folded[0] == self._heard:
            self._heard = folded[1]
        self._touched.jobs |= set(jobs)
        for index, said in stated:
            self._touched.stated(index, said)

    def undone(self) -> None:
        """What was folded last may not stand: nor what was read of it."""
        self._doubted = self._last is not None

    def forget(self) -> None:
        """All is to be read anew."""
        self._touched.all = True
        self._dropped()

    def view(self, when: When | None = None) -> View:
        """The genealogy now, all that the log holds included."""
        recent = self.caught_up()
        return View(recent.base, recent, when or When())

    def caught_up(self) -> Recent:
        """What came after the arrays, up to now."""
        size = self._folded()
        if self._doubted:
            self._doubted, self._touched.all = False, self._last != self._leaf(self.cursor)
        if self._recent is None or self._touched.all:
            self._read_all(size)
        elif size != self._heard or self._awaited:
            self._read_leaves(size)
        assert self._recent is not None  # noqa: S101 - read above
        self._take(self._recent)
        if self._last is None or size != self.cursor:
            self._last = self._leaf(size)
        self.cursor = self._heard = size
        return self._recent

    def _leaf(self, size: int) -> Row | None:
        """The newest of so many leaves."""
        return self._store.one("leaves", idx=size - 1)

    def rebased(self, base: Base, cursor: int) -> None:
        """Go on over new arrays that hold ``cursor`` leaves; what came since is read again."""
        self._recent, self.cursor = Recent(base), cursor
        self._heard, self._touched, self._awaited, self._last = -1, Touched(), [], None
        self.readings += 1

    def _read_all(self, size: int) -> None:
        self._touched, self._awaited = Touched(), []
        self._recent, self.cursor = Recent(load(self._store)), size
        self.readings += 1

    def _read_leaves(self, size: int) -> None:
        """Find what the leaves since the cursor touched."""
        waiting = [one for one in self._awaited if self._waits(one)]
        start = min([self.cursor, *(set(self._awaited) - set(waiting))])
        self._awaited = waiting
        for page in range(start, size, PAGE):
            stop, runs = min(size, page + PAGE), dict[str, list[int]]()
            for row in self._store.rows("leaves", start=page, stop=stop):
                leaf = decode(row["data"])
                if isinstance(leaf, EntryLeaf):
                    runs.setdefault(leaf.origin, []).append(leaf.index)
                else:
                    self._touched.stated(int(row["idx"]), leaf)
            for origin, indices in runs.items():
                self._read_records(origin, indices)
        if self._touched.all:
            self._read_all(size)

    def _read_records(self, origin: str, indices: list[int]) -> None:
        rows = self._store.rows("records", origin=origin, start=min(indices), stop=max(indices) + 1)
        self._touched.jobs |= {str(row["job_order"]) for row in rows} - {""}
        if len(rows) < len(indices):
            awaited = self._store.rows("awaited", origin=origin, start=min(indices))
            self._awaited += [int(row["global_index"]) for row in awaited]

    def _waits(self, index: int) -> bool:
        return self._store.one("awaited", global_index=index) is not None

    def _take(self, recent: Recent) -> None:
        """Read again what was touched."""
        touched, self._touched = self._touched, Touched()
        self.readings += bool(touched.jobs or touched.statements or touched.lots)
        for job in touched.jobs:
            recent.job(job, *stored.job(self._store, job))
        for index in sorted(touched.statements):
            recent.statement(index, *stored.statement(self._store, index))
        for lot in touched.lots:
            about = stored.about(self._store, lot)
            if about is not None:
                recent.about(lot, about)
