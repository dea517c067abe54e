"""Folding leaves into projections, the same way when they arrive and when all is rebuilt.

Durability does not wait for the fold: a cursor in the database says how far it is. It goes in the
log's order, a statement after every entry before it, so that when it happens makes no difference
to what the tables say.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from server.ingest.beside import taken_by
from server.ingest.brought import Brought, Run
from server.ingest.fresh import Fresh
from server.ingest.records import fold_entry
from server.ingest.statements import FOLDS
from server.ingest.statements_audit import notable, trail
from server.log.leaves import EntryLeaf, Statement, read
from server.store.schema import PROJECTIONS
from sync.envelope import BadEnvelope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from server.ingest.brought import Looker
    from server.ingest.failures import Failures, SetAside
    from server.ingest.follower import Follower
    from server.ingest.fresh import Arrived
    from server.ingest.jobs import Jobs
    from server.store.protocol import Row, Store

_PAGE = 1_000
_JOB_OF = {"order.dispatched": "id", "record.disputed": "job"}
"""Statements that change a job order's fold, and the member that names it."""


class Projections:
    """The projector over a store."""

    looker: Looker | None = None
    """Asked once for every push, when the last of its entries is folded."""
    follower: Follower | None = None
    """Told what was touched, when it is folded."""

    def __init__(self, store: Store, jobs: Jobs, failures: Failures) -> None:
        """Fold into ``store``; job orders through ``jobs``."""
        self._store, self._jobs, self._failures = store, jobs, failures
        self._touched: set[str] = set()
        self._stated: list[tuple[int, Statement]] = []
        self._began = -1
        """Where the leaves begin that were folded and not told the follower."""
        self._cursor: int | None = None
        self._busy = False
        self.fresh = Fresh()
        """What was taken in and is not folded yet, as far as it is held in memory."""

    @property
    def cursor(self) -> int:
        """How many leaves are folded."""
        if self._cursor is None:
            row = self._store.one("cursor", name="fold")
            self._cursor = int(row["idx"]) if row else 0
        return self._cursor

    @property
    def busy(self) -> bool:
        """True while it folds: what it then reads is what it has folded so far."""
        return self._busy

    @contextmanager
    def _working(self) -> Iterator[None]:
        before, self._busy = self._busy, True
        try:
            yield
        finally:
            self._busy = before

    def fold(self, stop: int, newest: bytes = b"") -> None:
        """Fold the leaves from the cursor to ``stop``, and have pushes that are whole looked at.

        ``newest``: the bytes of the last of them, from who has them.
        """
        with self._working():
            if self._began < 0:
                self._began = self.cursor
            runs = self._apply(self.cursor, stop, newest)
            self._move(stop)
            for run in runs:
                self._look(run)

    def late(
        self, leaves: Sequence[tuple[int, EntryLeaf]], origin: str, start: int, stop: int
    ) -> None:
        """Fold entries ``start`` to ``stop`` of a log, which came long after their leaves."""
        with self._working():
            for index, leaf in leaves:
                self._entry(index, leaf, None)
            if self.looker is not None:
                self.looker.look(Brought(self._store, origin, start, stop))

    def again(self, start: int) -> None:
        """Fold the entries from leaf ``start`` on once more, now that none is awaited any more.

        They came in another order than the log's, and some are judged by those before them.
        """
        with self._working():
            self._jobs.forget()
            runs: list[Run] = []
            for page in range(start, self.cursor, _PAGE):
                stop = min(self.cursor, page + _PAGE)
                for row in self._store.rows("leaves", kind="entry", start=page, stop=stop):
                    leaf = read(row["idx"], row["data"])
                    if isinstance(leaf, EntryLeaf):
                        self._store.remove("signatures", origin=leaf.origin, idx=leaf.index)
                        _add_to(runs, leaf, self._entry(row["idx"], leaf, None))
            for run in runs:
                self._look(run)

    def _apply(self, start: int, stop: int, newest: bytes = b"") -> list[Run]:
        """Fold leaves; the runs of entries among them."""
        runs: list[Run] = []
        for index, leaf, arrived in self._leaves(start, stop, newest):
            if isinstance(leaf, Statement):
                self._statement(index, leaf)
            else:
                _add_to(runs, leaf, self._entry(index, leaf, arrived), arrived)
        return runs

    def _leaves(
        self, start: int, stop: int, newest: bytes
    ) -> Iterator[tuple[int, EntryLeaf | Statement, Arrived | None]]:
        """Leaves, and what of them is held; read only from the first one on that is not."""
        while start < stop and (arrived := self.fresh.take(start)) is not None:
            yield start, arrived.leaf, arrived
            start += 1
        if newest and start == stop - 1:
            yield start, read(start, newest), None
            return
        for page in range(start, stop, _PAGE):
            for row in self._store.rows("leaves", start=page, stop=min(stop, page + _PAGE)):
                index, arrived = row["idx"], self.fresh.take(row["idx"])
                yield index, arrived.leaf if arrived else read(index, row["data"]), arrived

    def _move(self, cursor: int) -> None:
        self._store.put("cursor", {"name": "fold", "idx": cursor})
        self._cursor = cursor

    def _look(self, run: Run) -> None:
        """Pushes end where heads are; those that end among these entries are now whole."""
        origin, first, last = run.origin, run.first, run.last
        if self.looker is None:
            return
        if run.is_one_push:
            self.looker.look(Brought(self._store, origin, first, last + 1, run.records))
            return
        rows = self._store.rows(
            "heads", origin=origin, stop=last + 2, newest_first=True, limit=last - first + 2
        )  # all that are above ``first``, and one below if there is one
        sizes = [0, *(int(row["size"]) for row in reversed(rows))]
        for start, stop in pairwise(sizes):
            if stop > first:
                self.looker.look(Brought(self._store, origin, start, stop))

    def _statement(self, index: int, said: Statement) -> None:
        trail(self._store, index, said)
        fold = FOLDS.get(said.kind)
        if fold is not None:
            fold(self._store, index, said)
        if self.follower is not None:
            self._stated.append((index, said))
        if said.kind in _JOB_OF:
            self._touched.add(str(said.body[_JOB_OF[said.kind]]))
        if said.kind == "record.disputed":
            self._touched |= taken_by(self._store, said.body["origin"], said.body["index"])

    def _entry(self, index: int, leaf: EntryLeaf, arrived: Arrived | None) -> Row | None:
        """Fold an entry; its row of ``records``.

        What cannot be read or worked on stays byte for byte and is set aside.
        """
        data = None if arrived is None else arrived.data

        def work() -> Row | None:
            try:
                return fold_entry(self._store, index, leaf, data)
            except BadEnvelope as error:
                self._failures.unread(leaf.origin, leaf.index, leaf.leaf, str(error))
                return None

        record = self._failures.attempt(leaf.origin, leaf.index, leaf.leaf, work)
        if record is not None:
            notable(self._store, index, record)
        if record is not None and record["read"]:
            self._touched.add(record["job_order"])
        return record

    def settle(self) -> list[tuple[str, dict[str, Any]]]:
        """Fold the touched job orders again; the statements called for by what was found."""
        with self._working():
            touched, self._touched = self._touched - {""}, set()
            stated, self._stated = self._stated, []
            alarms = [alarm for job in sorted(touched) for alarm in self._jobs.refold(job)]
            if self.follower is not None:
                self.follower.settled((self._began, self.cursor), touched, stated)
                self._began = self.cursor
            said: list[tuple[str, dict[str, Any]]] = []
            for one in self._found():
                said.append(("entry.quarantined", msgspec.to_builtins(one)))
                about = f"{one.origin}#{one.index}"
                alarms.append({"code": "entry-quarantined", "about": about, "params": {}})
            return [*said, *(("alarm.raised", alarm) for alarm in alarms)]

    def _found(self) -> list[SetAside]:
        """What was set aside and never before, nor by a statement that waits to be folded."""
        found = self._failures.take()
        if not found:
            return []
        waiting = self._store.rows("leaves", kind="entry.quarantined", start=self.cursor)
        said = [read(row["idx"], row["data"]) for row in waiting]
        places = {(s.body["origin"], s.body["index"]) for s in said if isinstance(s, Statement)}
        return [one for one in found if (one.origin, one.index) not in places]

    def forget(self) -> None:
        """The unit failed: nothing it touched stands."""
        self._cursor, self._began = None, -1
        self._touched.clear()
        self._stated.clear()
        if self.follower is not None:
            self.follower.undone()
        self._failures.forget()
        self._jobs.forget()
        self.fresh.forget()

    def rebuild(self, progress: Callable[[int], None] = lambda _count: None) -> int:
        """Throw all projections away and fold again as far as they were; how many leaves.

        What had to be stated about them stands in the log already, and is folded with it.
        ``progress`` is told how many are folded.
        """
        with self._store.transaction(), self._working():
            stop = self.cursor
            self.forget()
            if self.follower is not None:
                self.follower.forget()
            for table in PROJECTIONS:
                self._store.remove(table)
            for page in range(0, stop, _PAGE):
                progress(page)
                self._apply(page, min(stop, page + _PAGE))
                self._stated.clear()  # who follows was told to forget, and reads all anew
            self._move(stop)
            self.settle()
        return stop


def _add_to(
    runs: list[Run], leaf: EntryLeaf, record: Row | None, arrived: Arrived | None = None
) -> None:
    """The entry continues the run before, or begins one."""
    if not (runs and runs[-1].goes_on(leaf, record)):
        runs.append(Run(leaf, record, 0 if arrived is None else arrived.stop))


def dump(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Every projection's rows in key order: what a rebuild must reproduce."""
    return {table: store.rows(table) for table in PROJECTIONS}
