"""Where-used and where-from over the projections, recursive through produced lots.

The answer always says what it cannot know yet: stations that have not reported, records nobody
could read, logs that contradict themselves. A recall that hides them is worse than a slow one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from server.trace.not_known import NotKnown, Outstanding

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from server.store.protocol import Row, Store

MOST_DEPTH = 20
Reached = tuple[str, str, tuple[str, ...]]
"""Item, lot, serials."""


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """A quantity of a lot that went into a job order."""

    item: str
    lot: str
    quantity: str
    unit: str
    job: str
    into_item: str
    into_lot: str
    """The lot the job makes."""
    serials: tuple[str, ...]
    """The units produced in that lot so far."""
    operation: str
    person: str
    station: str
    at: str
    """The station's wall time of the consumption, RFC 3339."""
    origin: str
    index: int
    depth: int
    """1 for a direct use; more through lots that were made and used again."""
    effect: bool
    """False: recorded, but the rule book gave it no effect."""


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a where-used or where-from."""

    direction: str
    """used | from"""
    item: str
    lot: str
    uses: tuple[Use, ...]
    finished: tuple[tuple[str, str, tuple[str, ...]], ...]
    """(item, lot, serials) of every lot reached, nearest first."""
    not_known: tuple[NotKnown, ...]


class Genealogy:
    """Answers where-used and where-from."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        """Over the projections of ``store``."""
        self._store, self._outstanding = store, Outstanding(store, clock)

    def where_used(self, item: str, lot: str) -> Trace:
        """Every job order and finished lot the lot went into, directly or not."""
        uses: list[Use] = []
        self._forward(item, lot, 1, uses, set())
        reached = [(use.into_item, use.into_lot, use.serials) for use in uses]
        return self._trace("used", item, lot, uses, reached)

    def downstream(self, item: str, lot: str) -> frozenset[tuple[str, str]]:
        """Every lot that the lot went into, directly or not; not the lot itself."""
        found: set[tuple[str, str]] = set()
        pending = [(item, lot)]
        while pending:
            here = pending.pop()
            for row in self._store.rows("consumption", item=here[0], lot=here[1]):
                job = self._store.one("jobs", id=row["job"])
                made = (job["item"], job["lot"]) if job else here
                if made not in found and made != (item, lot):
                    found.add(made)
                    pending.append(made)
        return frozenset(found)

    def where_from(self, item: str, lot: str) -> Trace:
        """Every lot that went into this one, directly or not."""
        uses: list[Use] = []
        self._backward(item, lot, 1, uses, set())
        reached: list[Reached] = [(use.item, use.lot, ()) for use in uses]
        return self._trace("from", item, lot, uses, reached)

    def not_known(self) -> tuple[NotKnown, ...]:
        """What may still change any answer."""
        return self._outstanding.not_known()

    def _forward(
        self, item: str, lot: str, depth: int, uses: list[Use], seen: set[tuple[str, str]]
    ) -> None:
        if (item, lot) in seen or depth > MOST_DEPTH:
            return
        seen.add((item, lot))
        for row in self._store.rows("consumption", item=item, lot=lot):
            job = self._store.one("jobs", id=row["job"])
            if job is not None:
                uses.append(self._use(row, job, depth))
                self._forward(job["item"], job["lot"], depth + 1, uses, seen)

    def _backward(
        self, item: str, lot: str, depth: int, uses: list[Use], seen: set[tuple[str, str]]
    ) -> None:
        if (item, lot) in seen or depth > MOST_DEPTH:
            return
        seen.add((item, lot))
        for job in self._store.rows("jobs", item=item, lot=lot):
            for row in self._store.rows("consumption", job=job["id"]):
                uses.append(self._use(row, job, depth))
                self._backward(row["item"], row["lot"], depth + 1, uses, seen)

    def _use(self, row: Row, job: Row, depth: int) -> Use:
        made = self._store.rows("production", job=job["id"], effect=1)
        return Use(
            item=row["item"],
            lot=row["lot"],
            quantity=row["quantity"],
            unit=row["unit"],
            job=job["id"],
            into_item=job["item"],
            into_lot=job["lot"],
            serials=tuple(str(unit["serial"]) for unit in made),
            operation=row["operation"],
            person=row["person"],
            station=row["station"],
            at=row["wall"],
            origin=row["origin"],
            index=row["idx"],
            depth=depth,
            effect=bool(row["effect"]),
        )

    def _trace(
        self,
        direction: str,
        item: str,
        lot: str,
        uses: list[Use],
        reached: list[Reached],
    ) -> Trace:
        return Trace(
            direction=direction,
            item=item,
            lot=lot,
            uses=tuple(uses),
            finished=tuple(dict.fromkeys(reached)),
            not_known=self.not_known(),
        )
