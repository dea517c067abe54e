"""The out-of-tolerance look-back: one query over the index of readings by instrument."""

from __future__ import annotations

import asyncio
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from forms.calibration import margin
from forms.codec import decode_master
from forms.masters import Limits, MeasureStep
from forms.terms import Quantity
from server.masters.calibrations import inside
from server.trace.gathered import Gathered
from server.trace.touched import LookBack, TouchedLot, TouchedReading
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from forms.calibration import Window
    from server.masters.calibrations import Calibrations
    from server.store.protocol import Row, Store
    from server.trace.genealogy import Genealogy

MOST_READINGS = 10_000
"""Readings in one answer, at most; the counts and the lots are always over all."""
JOBS = 200
"""Job orders whose limits are remembered meanwhile."""
PAGE = 500
"""Readings taken without a pause."""
_LimitsOf = dict[tuple[str, str], Limits]


class LookBacks:
    """Answers look-backs."""

    def __init__(
        self,
        store: Store,
        calibrations: Calibrations,
        genealogy: Genealogy,
        clock: Callable[[], datetime],
    ) -> None:
        """Over the projections of ``store``."""
        self._store, self._calibrations, self._clock = store, calibrations, clock
        self._genealogy = genealogy

    def of(self, asset: str, start: int = 0, most: int = MOST_READINGS) -> LookBack:
        """Since the asset's last good calibration; Refusal if master data does not know it.

        ``start``: where to go on with the readings; counts and lots are over all all the same.
        """
        return self.within(asset, self._window(asset), start, most)

    def within(
        self, asset: str, window: Window, start: int = 0, most: int = MOST_READINGS
    ) -> LookBack:
        """In that window, whatever was calibrated since."""
        gathered = Gathered(start, most)
        for _ in self._gather(asset, window, gathered):
            pass
        return self._answer(asset, window, gathered)

    async def of_in_pieces(
        self, asset: str, window: Window | None = None, start: int = 0, most: int = MOST_READINGS
    ) -> LookBack:
        """The same, other requests served meanwhile; ``window``: None for :meth:`of`."""
        chosen = window or self._window(asset)
        gathered = Gathered(start, most)
        for _ in self._gather(asset, chosen, gathered):
            await asyncio.sleep(0)
        return self._answer(asset, chosen, gathered)

    def _window(self, asset: str) -> Window:
        if self._store.one("assets", id=asset) is None:
            raise Refusal("not-found", what="asset", name=asset)
        return self._calibrations.window(asset)

    def _answer(self, asset: str, window: Window, gathered: Gathered) -> LookBack:
        return LookBack(
            asset=asset,
            window=window,
            total=gathered.total,
            within_error=gathered.doubts["within-error"],
            not_judged=gathered.doubts["not-known"],
            readings=tuple(gathered.kept),
            more_from=gathered.more_from,
            lots=self._lots(gathered),
            asked_on=self._clock().date(),
            not_known=self._genealogy.not_known(),
        )

    def _gather(self, asset: str, window: Window, gathered: Gathered) -> Iterator[None]:
        """Take the readings, and pause after every page: what is held is bounded."""
        jobs: dict[str, tuple[_LimitsOf, set[tuple[str, int]]]] = {}
        first = self._first(asset, window)
        while rows := self._store.rows("readings", asset=asset, start=first, limit=PAGE):
            for row in rows:
                if inside(window, row):
                    job = row["job"]
                    if job not in jobs:
                        if len(jobs) >= JOBS:
                            jobs.clear()
                        jobs[job] = self._limits(job), self._accepted(job)
                    gathered.take(_touched(row, window, *jobs[job]))
            first = int(rows[-1]["global_index"]) + 1
            yield

    def _first(self, asset: str, window: Window) -> int:
        """Global index of the asset's first reading that may count, by halving.

        Receipts are in the order of the log, so all before it came too early.
        """
        newest = self._store.newest("readings", asset=asset)
        low, high = 0, int(newest["global_index"]) + 1 if newest else 0
        while low < high:
            middle = (low + high) // 2
            row = self._store.rows("readings", asset=asset, start=middle, limit=1)[0]
            if window.came_before(datetime.fromisoformat(row["received_at"])):
                low = int(row["global_index"]) + 1
            else:
                high = middle
        return low

    def _limits(self, job: str) -> _LimitsOf:
        """The limits of the job order's steps, by operation and step."""
        row = self._store.one("jobs", id=job)
        document = row and self._store.one("documents", sha256=row["master"], kind="master")
        if not document:
            return {}
        return {
            (operation.id, step.id): step.limits
            for operation in decode_master(document["data"]).operations
            for step in operation.steps
            if isinstance(step, MeasureStep)
        }

    def _accepted(self, job: str) -> set[tuple[str, int]]:
        rows = self._store.rows("verdicts", job=job, passed=1)
        return {(row["origin"], row["idx"]) for row in rows}

    def _lots(self, gathered: Gathered) -> tuple[TouchedLot, ...]:
        lots: dict[tuple[str, str], TouchedLot] = {}
        later: list[TouchedLot] = []
        for job, count in gathered.by_job.items():
            row = self._store.one("jobs", id=job)
            if row is None:
                continue
            made = self._made(row, job, count, gathered.doubtful[job], direct=True)
            lots[made.item, made.lot] = made
            later += self._went_into(made)
        for one in later:
            lots.setdefault((one.item, one.lot), one)
        return tuple(lots.values())

    def _went_into(self, made: TouchedLot) -> list[TouchedLot]:
        found = []
        for item, lot in sorted(self._genealogy.downstream(made.item, made.lot)):
            rows = self._store.rows("jobs", item=item, lot=lot)
            for row in rows or [{"item": item, "lot": lot, "id": "", "status": ""}]:
                counts = made.readings, made.within_error
                found.append(self._made(row, made.job, *counts, direct=False))
        return found

    def _made(self, row: Row, job: str, count: int, doubtful: int, *, direct: bool) -> TouchedLot:
        units = self._store.rows("production", job=row["id"], effect=1)
        return TouchedLot(
            item=row["item"],
            lot=row["lot"],
            serials=tuple(str(unit["serial"]) for unit in units),
            job=job,
            status=row["status"],
            shipped="not-known",
            direct=direct,
            readings=count,
            within_error=doubtful,
        )


def _touched(
    row: Row, window: Window, limits_of: _LimitsOf, accepted: set[tuple[str, int]]
) -> TouchedReading:
    limits = limits_of.get((row["operation"], row["step"]))
    value = Quantity(value=Decimal(row["value"]), unit=row["unit"]) if row["value"] else None
    good = (row["origin"], row["idx"]) in accepted
    return TouchedReading(
        origin=row["origin"],
        index=row["idx"],
        at=row["wall"],
        quality=row["quality"],
        received_at=row["received_at"],
        station=row["station"],
        person=row["person"],
        job=row["job"],
        operation=row["operation"],
        step=row["step"],
        characteristic=row["characteristic"],
        sample=row["sample"],
        value=row["value"],
        unit=row["unit"],
        limits=limits,
        margin=margin(value, limits),
        doubt=window.doubt(value, limits, accepted=good),
    )
