"""A job order's state in memory, and when new records may simply be added to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.entries import HoldLifted, HoldPlaced
from forms.merge import refers_to

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from forms.job_state import JobState, Recorded
    from server.store.protocol import Row, Store


class Folded:
    """The state that the records so far add up to."""

    def __init__(self, state: JobState, objections: int) -> None:
        """Before any record; ``objections``: how many the server had stated to the job by then."""
        self.state, self.objections = state, objections
        self.written = 0
        """How many of the state's records are in the tables."""
        self.newest = -1
        """Global index of the newest record of the job itself."""
        self.own: dict[str, int] = {}
        """Index of the newest such record, by origin."""
        self.count = 0
        """How many records of the job itself."""
        self.names: set[str] = set()
        """Lots and holds that the job and its records name."""
        self.holds: set[str] = set()
        """Refs of the holds among the records taken."""
        self.beside: set[tuple[str, int]] = set()
        """Where the records taken lie that are not the job's own."""
        self.drawn: dict[str, int] = {}
        """How far a log was looked through for draws of other jobs, by origin."""
        self.undisputed: set[tuple[str, int]] = set()
        """Where holds and lifts lie against which nothing was stated: they may be of any job."""
        self._origins: set[str] = set()
        self._refs: set[str] = set()
        self._causes: set[str] = set()
        self._latest: datetime | None = None
        self._clean = True

    def is_followed_by(self, records: list[Recorded]) -> bool:
        """Whether merging all would give the order so far, and then these.

        None may be the cause of one before: a hold on a lot that is named for the first time may
        lie before a lift that was taken without it. One origin's records are else in its own
        order. Of several (see :func:`forms.merge.merge`) the new ones must all be later by the
        clock, and no record before may have been taken ahead of its cause: then none is ever
        chosen before an old one.
        """
        if any(one.ref in self._causes for one in records):
            return False
        if len(self._origins | {one.origin for one in records}) <= 1:
            return True
        return self._clean and all(
            self._latest is None or one.wall > self._latest for one in records
        )

    def took(self, rows: Iterable[Row], records: Iterable[Recorded]) -> None:
        """Remember what was added: the job's own rows, and all records taken, in order."""
        mine = set()
        for row in rows:
            mine.add((row["origin"], row["idx"]))
            self.count += 1
            self.own[row["origin"]] = int(row["idx"])
            self.newest = max(self.newest, int(row["global_index"]))
        for one in records:
            if (one.origin, one.index) not in mine:
                self.beside.add((one.origin, one.index))
            self._causes |= set(refers_to(one.entry)) - self._refs
            self._clean = self._clean and one.ref not in self._causes
            self._refs.add(one.ref)
            self._origins.add(one.origin)
            self._latest = one.wall if self._latest is None else max(self._latest, one.wall)
            if isinstance(one.entry, HoldPlaced):
                self.holds.add(one.ref)
            if isinstance(one.entry, (HoldPlaced, HoldLifted)) and not one.against:
                self.undisputed.add((one.origin, one.index))

    def looked(self, names: Iterable[str], rows: Iterable[Row]) -> None:
        """Remember what was looked for, and how far logs were looked through."""
        self.names.update(names)
        for row in rows:
            if row["kind"] == "material.consumed" and row["idx"] > self.drawn.get(
                row["origin"], -1
            ):
                self.drawn[row["origin"]] = int(row["idx"])


def fresh_own(store: Store, job_id: str, known: Folded) -> list[Row] | None:
    """The job's records beyond those taken; None if another station joined: all is merged anew."""
    own = [
        row
        for origin, last in known.own.items()
        for row in store.rows("records", job_order=job_id, origin=origin, start=last + 1)
    ]
    if store.count("records", job_order=job_id) != known.count + len(own):
        return None
    return own
