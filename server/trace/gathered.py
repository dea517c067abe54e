"""Readings of an instrument gathered piece by piece: counted all, kept as many as are asked for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.trace.touched import TouchedReading


class Gathered:
    """What was found so far."""

    def __init__(self, start: int, most: int) -> None:
        """Keep ``most`` readings from number ``start`` on."""
        self._start, self._most = start, most
        self.total = 0
        self.kept: list[TouchedReading] = []
        self.doubts: Counter[str] = Counter()
        self.by_job: Counter[str] = Counter()
        self.doubtful: Counter[str] = Counter()
        """Readings within the error found, by job order."""

    def take(self, one: TouchedReading) -> None:
        """The next reading."""
        if self._start <= self.total < self._start + self._most:
            self.kept.append(one)
        self.total += 1
        self.doubts[one.doubt] += 1
        self.by_job[one.job] += 1
        if one.doubt == "within-error":
            self.doubtful[one.job] += 1

    @property
    def more_from(self) -> int | None:
        """What to ask for next; None: there are no more."""
        end = self._start + self._most
        return end if end < self.total else None
