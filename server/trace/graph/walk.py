"""Walking the genealogy from a lot, level by level, until nothing new is reached.

Small walks keep the lots in sets; wide ones mark them in an array of all. Both reach the same lots
at the same depths. Rings (rework) end, because a lot is reached once; depth has no limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from server.trace.graph.base import I32
    from server.trace.graph.view import View, Way

SMALL = 3_000
"""Lots, or edges from one level, before it is a wide walk."""


@dataclass(frozen=True)
class Walked:
    """The lots reached, by depth: first the lot itself, then nearest first; a level ascends."""

    levels: Sequence[list[int] | I32]
    seen: npt.NDArray[np.bool_] | None
    """Of every lot, whether it was reached; None after a small walk."""

    def numbers(self) -> list[tuple[int, int]]:
        """Depth and number of every lot."""
        return [(depth, int(one)) for depth, level in enumerate(self.levels) for one in level]

    def in_order(self) -> I32:
        """Every lot, nearest first."""
        if self.seen is None:
            return np.array([*chain.from_iterable(self.levels)], np.int32)
        return np.concatenate(self.levels)

    @cached_property
    def ascending(self) -> I32:
        """Every lot."""
        found = self.in_order()
        found.sort()
        return found

    def among(self, numbers: Iterable[int]) -> list[int]:
        """Those of these lots that were reached."""
        if self.seen is not None:
            seen = self.seen.data
            return [one for one in numbers if seen[one]]
        here = {one for level in self.levels for one in level}
        return [one for one in numbers if one in here]


def walk(view: View, way: Way, start: int) -> Walked:
    """From the lot of that number."""
    levels = _near(way, start)
    return _far(view, way, start) if levels is None else Walked(levels, None)


def _near(way: Way, start: int) -> list[list[int]] | None:
    """Levels; None once there is too much."""
    seen, levels = {start}, [[start]]
    while True:
        met = way.met(levels[-1], SMALL)
        if met is None or len(seen) + len(met) > SMALL:
            return None
        met -= seen
        if not met:
            return levels
        seen |= met
        levels.append(sorted(met))


def _far(view: View, way: Way, start: int) -> Walked:
    """With a byte for each lot and nothing else of that size: fresh memory is what takes time."""
    seen = np.zeros(view.count, np.bool_)
    seen[start] = True
    front = np.array([start], np.int32)
    levels: list[I32] = []
    while len(front):
        levels.append(front)
        met = _different(way.all_next(front))
        front = met[~seen[met]]
        seen[front] = True
    return Walked(levels, seen)


def _different(met: I32) -> I32:
    """Each of these lots once, ascending.

    Marked between the least and the greatest, who are not far apart: a lot goes into what is made
    soon after it. Sorting all that is met several times took most of a wide walk.
    """
    if not len(met):
        return met
    least = met.min()
    marks = np.zeros(int(met.max() - least) + 1, np.bool_)
    marks[np.subtract(met, least, dtype=np.intp)] = True  # other integers are converted first
    found = marks.nonzero()[0].astype(np.int32)
    found += least
    return found
