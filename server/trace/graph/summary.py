"""What a walk reached, few enough to look at: lots by depth and item, and where they were shipped.

A suspect lot may reach a hundred thousand others. Nobody looks at so many boxes; a person looks at
how many of which item there are at each depth, and opens one of these groups.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from server.trace.graph.reader import Reader
from server.trace.graph.walk import walk
from server.trace.reach import LotId

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from server.trace.graph.base import I32
    from server.trace.graph.view import View
    from server.trace.reach import ShipmentLine

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
        self._view, self._forward = view, forward
        self._reader = Reader(view)
        self.groups: list[Group] = []
        self._numbers: list[list[int]] = []
        self._group_of = np.full(view.count, -1, np.int16)
        levels = walk(view, view.forward if forward else view.backward, start).levels
        near = [list(map(int, level)) for level in levels]
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
        return [self._reader.lot(one) for one in self._numbers[place][start : start + most]]

    def shipped(self, lines: Iterable[ShipmentLine]) -> Mapping[tuple[int, str], int]:
        """How many of these lines went from each group to each consignee."""
        per_lot = Counter((LotId(one.item, one.lot), one.consignee) for one in lines)
        found: Counter[tuple[int, str]] = Counter()
        for (lot, consignee), count in per_lot.items():
            found[int(self._group_of[self._view.recent.find(lot)]), consignee] += count
        return found

    def _group(self, depth: int, level: list[int]) -> None:
        by_item: dict[str, list[int]] = {}
        for number in level:
            by_item.setdefault(self._reader.lot(number).item, []).append(number)
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
        view, edges = self._view, self._view.base.edges
        way = view.forward if self._forward else view.backward
        rows, _ = way.gathered(np.array(sorted(numbers), np.int32))
        ends: I32 = (
            (edges.child_starts.searchsorted(rows, side="right") - 1).astype(np.int32)
            if self._forward
            else edges.parents[rows]
        )
        fresh = [
            one.ends[1 if self._forward else 0] for number in numbers for one in way.fresh(number)
        ]
        every = np.concatenate([ends, np.array(fresh, np.int32)])
        places, counts = np.unique(self._group_of[every], return_counts=True)
        return list(zip(places.tolist(), counts.tolist(), strict=True))
