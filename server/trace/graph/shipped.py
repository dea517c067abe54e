"""The shipment lines of the lots that a walk reached: counted whole, read page by page."""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING

import numpy as np

from server.trace.graph.reader import line_of
from server.trace.graph.spread import spread
from server.trace.reach import LotId

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from server.trace.graph.reader import Reader
    from server.trace.graph.view import View
    from server.trace.graph.walk import Walked
    from server.trace.reach import ShipmentLine


class Shipped:
    """As of now; of whole answers see :mod:`server.trace.graph.answers`."""

    def __init__(self, view: View, reader: Reader, found: Walked) -> None:
        """Of ``found``."""
        self._view, self._reader, self._lines = view, reader, view.base.shipped
        lots, recent = found.ascending, view.recent.shipped
        self._rows = spread(self._lines.starts, lots[lots < view.base.count])
        self._fresh = [one.said.row for number in found.among(recent) for one in recent[number]]

    @property
    def count(self) -> int:
        """How many lines."""
        return len(self._rows) + len(self._fresh)

    def consignees(self) -> Counter[str]:
        """How many lines went to each."""
        places, counts = np.unique(self._lines.consignee[self._rows], return_counts=True)
        pairs = zip(places.tolist(), counts.tolist(), strict=True)
        found = Counter({self._reader.text(place): count for place, count in pairs})
        found.update(one.consignee for one in self._fresh)
        return found

    def ways(self, group_of: npt.NDArray[np.int16]) -> Counter[tuple[int, str]]:
        """How many lines went from each group to each consignee; ``group_of``: of every lot."""
        lines, rows = self._lines, self._rows
        both = np.stack([group_of[lines.lot[rows]].astype(np.int32), lines.consignee[rows]])
        pairs, counts = np.unique(both, axis=1, return_counts=True)
        found = Counter({
            (group, self._reader.text(place)): count
            for group, place, count in zip(*pairs.tolist(), counts.tolist(), strict=True)
        })  # fmt: skip
        for one in self._fresh:
            number = self._view.recent.find(LotId(one.item, one.lot))
            found[int(group_of[number]), one.consignee] += 1
        return found

    def lines(self, start: int, most: int, consignee: str = "") -> list[ShipmentLine]:
        """A page of them, of everybody or of one."""
        return list(islice(self._of(consignee), start, start + most))

    def _of(self, consignee: str) -> Iterator[ShipmentLine]:
        rows = self._rows
        if consignee:
            places = np.unique(self._lines.consignee[rows]).tolist()
            wanted = [one for one in places if self._reader.text(one) == consignee]
            rows = rows[np.isin(self._lines.consignee[rows], wanted)]
        fresh = (one for one in self._fresh if consignee in {"", one.consignee})
        return chain((line_of(self._lines, row) for row in rows.tolist()), fresh)
