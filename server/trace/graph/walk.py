"""Walking the genealogy from a lot, level by level, until nothing new is reached.

Small walks keep the lots in sets; wide ones mark them in an array of all. Both reach the same lots
at the same depths. Rings (rework) end, because a lot is reached once; depth has no limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.trace.graph.base import I32
    from server.trace.graph.view import View, Way

SMALL = 3_000
"""Lots, or edges from one level, before it is a wide walk."""
FEW = 16
"""One part in so many of all lots: fewer fresh ones are sorted, more are marked and gathered."""


class Walked(NamedTuple):
    """The lots reached, by depth: first the lot itself, then nearest first."""

    levels: Sequence[list[int] | I32]
    depth: I32 | None
    """Of every lot, -1 if it was not reached; None after a small walk."""

    def numbers(self) -> list[tuple[int, int]]:
        """Depth and number of every lot."""
        return [(depth, int(one)) for depth, level in enumerate(self.levels) for one in level]


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
    depth = np.full(view.count, -1, np.int32)
    depth[start] = 0
    front = np.array([start], np.int32)
    levels: list[I32] = []
    while len(front):
        levels.append(front)
        met = way.all_next(front, depth)
        met = met[depth[met] < 0]
        depth[met] = len(levels)
        front = _different(met, depth, len(levels))
    return Walked(levels, depth)


def _different(met: I32, depth: I32, level: int) -> I32:
    """Each of these lots once, ascending."""
    if len(met) * FEW < len(depth):
        return np.unique(met)
    return np.flatnonzero(depth == level).astype(np.int32)
