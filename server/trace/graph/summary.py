"""What a walk reached, few enough to look at: lots by depth and item, and where they were shipped.

A suspect lot may reach a hundred thousand others. Nobody looks at so many boxes; a person looks at
how many of which item there are at each depth, and opens one of these groups.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from server.trace.graph.reader import Reader
from server.trace.graph.shipped import Shipped
from server.trace.graph.spread import owners
from server.trace.graph.walk import walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.trace.graph.base import I32
    from server.trace.graph.view import Arrows, View
    from server.trace.reach import LotId

MOST_ITEMS = 6
"""Items of one depth with a group of their own; the others share one."""
DEEPEST = 12
"""Depths with groups of their own; what lies deeper is put with the last."""


class Group(NamedTuple):
    """Lots of one item at one depth; or of all items that have no group of their own there."""

    depth: int
    item: str
    """Empty: of several."""
    items: int
    lots: int


class Summary:
    """The groups, and how many edges lead from one to the next."""

    def __init__(self, view: View, start: int, *, forward: bool) -> None:
        """What the lot of that number reached, forwards or backwards."""
        self._view, self.forward = view, forward
        self.reader = Reader(view)
        self.groups: list[Group] = []
        self._numbers: list[list[int]] = []
        self._group_of = np.full(view.count, -1, np.int16)
        self.found = walk(view, self._way, start)
        self.shipped = Shipped(view, self.reader, self.found)
        near = [list(map(int, level)) for level in self.found.levels]
        deep = [one for level in near[DEEPEST:] for one in level]
        for depth, level in enumerate([*near[:DEEPEST], *([deep] if deep else [])]):
            self._group(depth, level)

    @property
    def reached(self) -> int:
        """How many lots, not counting the one asked for."""
        return sum(len(numbers) for numbers in self._numbers) - 1

    def joins(self) -> dict[tuple[int, int], int]:
        """How many edges lead from each group to each of the next depth.

        An edge to a lot that is nearer by another way is not among them.
        """
        found: Counter[tuple[int, int]] = Counter()
        for place, numbers in enumerate(self._numbers):
            for other, count in self._led_to(numbers):
                if other >= 0 and self.groups[other].depth == self.groups[place].depth + 1:
                    found[place, other] += count
        return found

    def lots(self, place: int, start: int, most: int) -> list[LotId]:
        """The lots of a group, page by page."""
        return [self.reader.lot(one) for one in self._numbers[place][start : start + most]]

    def ways(self) -> Mapping[tuple[int, str], int]:
        """How many shipment lines went from each group to each consignee."""
        return self.shipped.ways(self._group_of)

    def uses(self) -> int:
        """How many edges the walk met."""
        lots = self.found.ascending
        fresh = sum(len(self._way.fresh(int(number))) for number in lots)
        return len(self._way.gathered(lots)[0]) + fresh

    def finished(self, start: int, most: int) -> list[tuple[str, str, tuple[str, ...]]]:
        """Item, lot and units of the lots reached, nearest first, page by page."""
        near = islice(chain.from_iterable(self.found.levels), 1 + start, 1 + start + most)
        return [(*self.reader.lot(int(one)), tuple(self.reader.serials(int(one)))) for one in near]

    @property
    def _way(self) -> Arrows:
        return self._view.forward if self.forward else self._view.backward

    def _group(self, depth: int, level: list[int]) -> None:
        by_item: dict[str, list[int]] = {}
        for number in level:
            by_item.setdefault(self.reader.lot(number).item, []).append(number)
        ranked = sorted(by_item.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        own = ranked if len(ranked) <= MOST_ITEMS + 1 else ranked[:MOST_ITEMS]
        for item, numbers in own:
            self._add(Group(depth, item, 1, len(numbers)), numbers)
        if rest := ranked[len(own) :]:
            numbers = sorted(one for _, some in rest for one in some)
            self._add(Group(depth, "", len(rest), len(numbers)), numbers)

    def _add(self, group: Group, numbers: list[int]) -> None:
        self._group_of[numbers] = len(self.groups)
        self.groups.append(group)
        self._numbers.append(numbers)

    def _led_to(self, numbers: list[int]) -> list[tuple[int, int]]:
        """Groups that edges from these lots lead to, and how many do."""
        edges = self._view.base.edges
        way = self._way
        rows, _ = way.gathered(np.array(sorted(numbers), np.int32))
        ends: I32 = (
            owners(edges.child_starts, rows).astype(np.int32)
            if self.forward
            else edges.parents[rows]
        )
        fresh = [
            one.ends[1 if self.forward else 0] for number in numbers for one in way.fresh(number)
        ]
        every = np.concatenate([ends, np.array(fresh, np.int32)])
        places, counts = np.unique(self._group_of[every], return_counts=True)
        return list(zip(places.tolist(), counts.tolist(), strict=True))
