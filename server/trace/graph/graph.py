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
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from server.log.leaves import Statement
    from server.store.protocol import Store
    from server.trace.graph.base import Base

    Saved = tuple[Base, int]

PAGE = 1_000
AGAIN_S = 5
"""Seconds after which who asked while it is being built may ask again."""
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
        saved: Callable[[], Saved | None] = lambda: None,
        dropped: Callable[[], None] = lambda: None,
        leaf: Callable[[int], object] | None = None,
    ) -> None:
        """``folded`` catches up with the log and says how many leaves the projections hold.

        ``saved``: arrays made before, and how many leaves they hold; asked for when they are wanted
        first, which in most programs is never. ``dropped`` is called when they are to be believed
        no more. ``leaf``: what tells the newest of so many leaves from any other; else its row.
        """
        self._leaf = leaf or (lambda size: store.one("leaves", idx=size - 1))
        self._store, self._folded, self._dropped = store, folded, dropped
        self._saved: Callable[[], Saved | None] | None = saved
        self._recent: Recent | None = None
        self.cursor = self.mapped = 0
        """How many leaves are read; how many the arrays held that were made before."""
        self.building: int | None = None
        """Percent, while the arrays are being built aside: then nobody is answered."""
        self._heard = -1
        self._touched = Touched()
        self._awaited: list[int] = []
        self._last: object = None
        """The newest leaf that was read; None: what was read may not be what leaves lead to."""
        self._based: tuple[int, object] = 0, None
        """How many leaves the arrays hold, and the newest of them."""
        self._doubted = False
        self._meanwhile = set[str]()
        """Job orders touched since arrays are made aside: no later leaf tells of some of them."""
        self.numbering = 0
        """How often the arrays were others: between two, every lot keeps its number."""

    def settled(
        self, folded: tuple[int, int], jobs: Iterable[str], stated: Iterable[tuple[int, Statement]]
    ) -> None:
        """The projector folded leaves from one to another, and touched these."""
        if folded[0] == self._heard:
            self._heard = folded[1]
        touched = set(jobs)
        self._touched.jobs |= touched
        self._meanwhile |= touched
        for index, said in stated:
            self._touched.stated(index, said)

    def undone(self) -> None:
        """What was folded last may not stand: nor what was read of it."""
        self._doubted = self._recent is not None

    def forget(self) -> None:
        """All is to be read anew."""
        self._touched.all = True
        self._dropped()

    def view(self, when: When | None = None) -> View:
        """The genealogy now, all that the log holds included.

        Raises Refusal ``genealogy-building``.
        """
        if self.building is not None:
            raise Refusal("genealogy-building", percent=self.building, seconds=AGAIN_S)
        recent = self.caught_up()
        return View(recent.base, recent, when or When())

    def size(self) -> int:
        """How many leaves the projections hold, now that they have caught up."""
        return self._folded()

    def map(self) -> bool:
        """Take the arrays that were made before, unless that was done; whether there are any."""
        found = None if self._saved is None or self._recent is not None else self._saved()
        if found is not None:
            leaf = self._leaf(found[1])
            self._recent, self.cursor = Recent(found[0]), found[1]
            self._based, self.mapped = (found[1], leaf), found[1]
        self._saved = None
        return self._recent is not None

    def still(self) -> View:
        """The genealogy as it is now, for another thread: nothing that comes changes it."""
        recent = self.caught_up().still()
        return View(recent.base, recent, When())

    def caught_up(self) -> Recent:
        """What came after the arrays, up to now; all of it, here and now, if there are none.

        Any reading may fail, as of a database that is away: what is to be read stays so till then.
        """
        size = self._folded()
        self.map()
        if self._doubted:
            if self._last is None or self._last != self._leaf(self.cursor):
                self._go_back()
            self._doubted = False
        if self._recent is None or self._touched.all:
            self._read_all(size)
        elif size != self._heard or self._awaited:
            self._read_leaves(size)
        assert self._recent is not None  # noqa: S101 - read above
        last = self._leaf(size) if self._last is None or size != self.cursor else self._last
        self._take(self._recent)
        self._last, self.cursor, self._heard = last, size, size
        return self._recent

    @property
    def whole(self) -> bool:
        """False while leaves are folded whose entries are still to come: they touch what is read.

        A process that goes on from here after a restart would not hear of them.
        """
        return not self._store.count("awaited")

    def _go_back(self) -> None:
        """What came after the arrays is read again; all of it, if the arrays hold what is undone.

        So are job orders whose entries came long after their leaves: those are before the arrays'.
        """
        recent, (size, leaf) = self._recent, self._based
        if recent is None or self._touched.all or leaf != self._leaf(size):
            self._touched.all = True
            return
        again = self._touched.jobs | recent.jobs
        self._over(recent.base, size)
        self._touched.jobs = again

    def aside(self) -> None:
        """New arrays are begun to be made: what is touched from here on is not in them."""
        self._meanwhile = set()

    def rebased(self, base: Base, cursor: int) -> None:
        """Go on over new arrays that hold ``cursor`` leaves; what came since is read again.

        So are job orders of which entries came since that have an earlier leaf.
        """
        self._over(base, cursor)
        self._touched.jobs, self._meanwhile = self._meanwhile, set()

    def mapped_again(self, base: Base, same: Base) -> None:
        """The arrays ``base`` are on the disk now: go on over the ``same`` ones, mapped."""
        if self._recent is not None and self._recent.base is base:
            self._recent.base = same

    def _over(self, base: Base, cursor: int) -> None:
        self._based = cursor, self._leaf(cursor)
        self._recent, self.cursor, self.building = Recent(base), cursor, None
        self.numbering += 1
        self._heard, self._touched, self._awaited, self._last = -1, Touched(), [], None

    def _read_all(self, size: int) -> None:
        base, self._based = load(self._store, size), (size, self._leaf(size))
        self._recent, self.cursor, self._last = Recent(base), size, None
        self._touched, self._awaited, self.building = Touched(), [], None
        self.numbering += 1

    def _read_leaves(self, size: int) -> None:
        """Find what the leaves since the cursor touched."""
        awaited = {one for one in self._awaited if self._waits(one)}
        start = min([self.cursor, *(set(self._awaited) - awaited)])
        for page in range(start, size, PAGE):
            stop, runs = min(size, page + PAGE), dict[str, list[int]]()
            for row in self._store.rows("leaves", start=page, stop=stop):
                leaf = decode(row["data"])
                if isinstance(leaf, EntryLeaf):
                    runs.setdefault(leaf.origin, []).append(leaf.index)
                else:
                    self._touched.stated(int(row["idx"]), leaf)
            for origin, indices in runs.items():
                awaited |= self._read_records(origin, indices)
        self._awaited = sorted(awaited)
        if self._touched.all:
            self._read_all(size)

    def _read_records(self, origin: str, indices: list[int]) -> set[int]:
        """Find what these records touched; which leaves' entries are still to come."""
        rows = self._store.rows("records", origin=origin, start=min(indices), stop=max(indices) + 1)
        self._touched.jobs |= {str(row["job_order"]) for row in rows} - {""}
        if len(rows) >= len(indices):
            return set()
        awaited = self._store.rows("awaited", origin=origin, start=min(indices))
        return {int(row["global_index"]) for row in awaited}

    def _waits(self, index: int) -> bool:
        return self._store.one("awaited", global_index=index) is not None

    def _take(self, recent: Recent) -> None:
        """Read again what was touched; all since the arrays, where that was not done to its end."""
        touched = self._touched
        self._doubted, self._last = True, None
        for job in touched.jobs:
            recent.job(job, *stored.job(self._store, job))
        for index in sorted(touched.statements):
            recent.statement(index, *stored.statement(self._store, index))
        for lot in touched.lots:
            about = stored.about(self._store, lot)
            if about is not None:
                recent.about(lot, about)
        self._touched, self._doubted = Touched(), False
