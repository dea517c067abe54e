"""Folding leaves into projections, the same way when they arrive and when all is rebuilt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from server.ingest.records import fold_entry
from server.ingest.statements import FOLDS
from server.log.leaves import EntryLeaf, Statement, decode
from server.store.schema import PROJECTIONS
from sync.envelope import BadEnvelope

if TYPE_CHECKING:
    from server.ingest.failures import Failures
    from server.ingest.jobs import Jobs
    from server.store.protocol import Store

_PAGE = 1_000


class Projections:
    """The projector over a store."""

    def __init__(self, store: Store, jobs: Jobs, failures: Failures) -> None:
        """Fold into ``store``; job orders through ``jobs``."""
        self._store, self._jobs, self._failures = store, jobs, failures
        self._touched: set[str] = set()

    def apply(self, index: int, leaf: EntryLeaf | Statement) -> None:
        """Fold one leaf."""
        if isinstance(leaf, EntryLeaf):
            self._entry(index, leaf)
            return
        fold = FOLDS.get(leaf.kind)
        if fold is not None:
            fold(self._store, index, leaf)
        if leaf.kind == "order.dispatched":
            self._touched.add(str(leaf.body["id"]))

    def _entry(self, index: int, leaf: EntryLeaf) -> None:
        """Fold an entry; what cannot be read or worked on stays byte for byte and is set aside."""

        def work() -> str:
            try:
                return fold_entry(self._store, index, leaf)
            except BadEnvelope as error:
                self._failures.unread(leaf.origin, leaf.index, leaf.leaf, str(error))
                return ""

        job = self._failures.attempt(leaf.origin, leaf.index, leaf.leaf, work)
        self._touched.add(job or "")

    def settle(self) -> list[tuple[str, dict[str, Any]]]:
        """Fold the touched job orders again; the statements called for by what was found."""
        touched, self._touched = self._touched - {""}, set()
        alarms = [alarm for job in sorted(touched) for alarm in self._jobs.refold(job)]
        said: list[tuple[str, dict[str, Any]]] = []
        for one in self._failures.take():
            said.append(("entry.quarantined", msgspec.to_builtins(one)))
            about = f"{one.origin}#{one.index}"
            alarms.append({"code": "entry-quarantined", "about": about, "params": {}})
        return [*said, *(("alarm.raised", alarm) for alarm in alarms)]

    def forget(self) -> None:
        """The unit failed: nothing it touched stands."""
        self._touched.clear()
        self._failures.forget()
        self._jobs.forget()

    def rebuild(self) -> int:
        """Throw all projections away and fold the whole log again; how many leaves."""
        with self._store.transaction():
            self.forget()
            for table in PROJECTIONS:
                self._store.remove(table)
            count = 0
            while rows := self._store.rows("leaves", start=count, stop=count + _PAGE):
                for row in rows:
                    self.apply(row["idx"], decode(row["data"]))
                count += len(rows)
            self.settle()
        return count


def dump(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Every projection's rows in key order: what a rebuild must reproduce."""
    return {table: store.rows(table) for table in PROJECTIONS}
