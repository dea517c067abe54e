"""A job order's state in memory, and when new records may simply be added to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.merge import refers_to

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from forms.job_state import JobState, Recorded
    from server.store.protocol import Row, Store

SHARED = ("session.opened", "session.closed", "session.refused", "material.consumed")
"""Kinds of other job orders, or of none, that matter to every job of the station."""
HOLDS = ("hold.placed", "hold.lifted")
"""Kinds of any station that matter to every job."""


class Folded:
    """The state that the records so far add up to."""

    def __init__(self, state: JobState, objections: int) -> None:
        """Before any record; ``objections``: how many the server had stated by then."""
        self.state, self.objections = state, objections
        self.written = 0
        """How many of the state's records are in the tables."""
        self.newest = -1
        """Global index of the newest record of the job itself."""
        self.own: dict[str, int] = {}
        """Index of the newest such record, by origin."""
        self.count = 0
        """How many records of the job itself."""
        self._origins: set[str] = set()
        self._refs: set[str] = set()
        self._causes: set[str] = set()
        self._latest: datetime | None = None
        self._clean = True

    def is_followed_by(self, records: list[Recorded]) -> bool:
        """Whether merging all would give the order so far, and then these.

        One origin's records are always in its own order. Of several (see :func:`forms.merge.merge`)
        the new ones must all be later by the clock, none may be the cause of one before, and no
        record before may have been taken ahead of its cause: then none is ever chosen before an
        old one.
        """
        if len(self._origins | {one.origin for one in records}) <= 1:
            return True
        return self._clean and all(
            (self._latest is None or one.wall > self._latest) and one.ref not in self._causes
            for one in records
        )

    def took(self, job_id: str, rows: Iterable[Row], records: Iterable[Recorded]) -> None:
        """Remember what was added: the rows, and the records made of them in order."""
        for row in rows:
            if row["job_order"] == job_id:
                self.count += 1
                self.own[row["origin"]] = int(row["idx"])
                self.newest = max(self.newest, int(row["global_index"]))
        for one in records:
            self._causes |= set(refers_to(one.entry)) - self._refs
            self._clean = self._clean and one.ref not in self._causes
            self._refs.add(one.ref)
            self._origins.add(one.origin)
            self._latest = one.wall if self._latest is None else max(self._latest, one.wall)


def all_rows(store: Store, job_id: str) -> list[Row]:
    """The job's records, what else its stations recorded that matters to it, and all holds.

    Shared records count up to the job's own newest one, so that the fold does not depend on what
    other jobs record later (holds placed later are asked for at release).
    """
    own = store.rows("records", job_order=job_id)
    shared = [
        row
        for kind in SHARED
        for origin in {row["origin"] for row in own}
        for row in store.rows("records", kind=kind, origin=origin)
    ]
    return _in_order(store, job_id, own, shared, -1)


def fresh_rows(store: Store, job_id: str, known: Folded) -> list[Row] | None:
    """The rows beyond those taken; None if another station joined and all must be merged anew."""
    own = [
        row
        for origin, last in known.own.items()
        for row in store.rows("records", job_order=job_id, origin=origin, start=last + 1)
    ]
    if store.count("records", job_order=job_id) != known.count + len(own):
        return None
    shared = [
        row
        for kind in (SHARED if own else ())
        for origin, last in known.own.items()
        for row in store.rows("records", kind=kind, origin=origin, start=last + 1)
    ]
    return _in_order(store, job_id, own, shared, known.newest)


def _in_order(
    store: Store, job_id: str, own: list[Row], shared: list[Row], after: int
) -> list[Row]:
    """Own and shared rows by global index, the shared ones between ``after`` and the newest own."""
    if not own:
        return []
    newest = max(int(row["global_index"]) for row in own)
    shared += [row for kind in HOLDS for row in store.rows("records", kind=kind)]
    between = [
        row for row in shared if row["job_order"] != job_id and after < row["global_index"] < newest
    ]
    return sorted([*own, *between], key=lambda row: int(row["global_index"]))
