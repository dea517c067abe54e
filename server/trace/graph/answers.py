"""Answers as the bytes of their JSON, put together from rows that are prepared.

What a recall asks first (every shipment line that a lot reached) is a few slices of one run of
bytes, because the lines lie in the order of their lots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from server.trace.graph.reader import Reader
from server.trace.graph.spread import spread
from server.trace.graph.walk import Walked, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.trace.graph.base import Lines
    from server.trace.graph.recent import RecentLine
    from server.trace.graph.view import View


def recall(view: View, start: int, more: Mapping[str, Any] | None = None) -> bytes:
    """How far a lot went, in one run of bytes (:func:`recalled`)."""
    return b"".join(recalled(view, start, more))


def recalled(
    view: View, start: int, more: Mapping[str, Any] | None = None
) -> list[bytes | memoryview]:
    """How far a lot went, in pieces: lots by depth, serials, consignees, every line.

    ``start``: the lot's number; -1: nobody has heard of it. ``more``: members to put first.
    """
    found = walk(view, view.forward, start) if start >= 0 else Walked([], None)
    shipped = Picked(view, found, view.base.shipped, view.recent.shipped)
    returned = Picked(view, found, view.base.returned, view.recent.returned)
    head = {
        **(more or {}),
        "levels": [len(level) for level in found.levels],
        "serials": _serials(view, found),
        "lines": shipped.count,
        "consignees": shipped.consignees(Reader(view)),
    }
    return [
        orjson.dumps(head)[:-1],
        b',"shipment_lines":[', *shipped.rows(), b'],"returned":[', *returned.rows(), b"]}",
    ]  # fmt: skip


class Picked:
    """The lines that carry a lot reached."""

    def __init__(
        self, view: View, found: Walked, lines: Lines, recent: Mapping[int, list[RecentLine]]
    ) -> None:
        """Of shipments, or of returns."""
        self._lines = lines
        lots = found.ascending
        rows = _NONE
        if len(lines.lot):
            rows = spread(lines.starts, lots[lots < view.base.count])
        if not view.when.plain:
            rows = rows[view.when.mask(lines.at[rows], lines.known[rows])]
        self._rows = rows
        self._fresh = [
            one
            for number in found.among(recent)
            for one in recent[number]
            if view.when.holds(one.at, one.said.known)
        ]

    @property
    def count(self) -> int:
        """How many."""
        return len(self._rows) + len(self._fresh)

    def consignees(self, reader: Reader) -> dict[str, int]:
        """How many lines went to each, the most first."""
        counts = np.bincount(self._lines.consignee[self._rows])
        found: dict[str, int] = {}
        for place in np.flatnonzero(counts).tolist():
            found[reader.text(place)] = int(counts[place])
        for one in self._fresh:
            name = one.said.row.consignee
            found[name] = found.get(name, 0) + 1
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    def rows(self) -> list[bytes | memoryview]:
        """The rows as JSON, with commas between: rows that lie side by side in one piece."""
        rows, offsets = self._rows, self._lines.rows.offsets
        ends = np.flatnonzero(rows[1:] != rows[:-1] + 1)
        firsts = offsets[rows[np.concatenate([[0], ends + 1])]] if len(rows) else _NONE
        lasts = offsets[rows[np.concatenate([ends, [-1]])] + 1] if len(rows) else _NONE
        data = self._lines.rows.data.data
        runs = zip(firsts.tolist(), lasts.tolist(), strict=True)
        parts: list[bytes | memoryview] = [data[start:stop] for start, stop in runs]
        parts += [one.row for one in self._fresh]
        if parts:
            parts[-1] = parts[-1][:-1]  # the last comma
        return parts


_NONE = np.zeros(0, np.int64)


def _serials(view: View, found: Walked) -> int:
    """How many units the lots reached have."""
    units, recent = view.base.units, view.recent.units
    holds = view.when.holds
    fresh = sum(
        holds(one.at, one.said.known) for number in found.among(recent) for one in recent[number]
    )
    numbers = found.ascending
    numbers = numbers[numbers < view.base.count]
    if not view.when.plain:
        return fresh + int(view.units_count(spread(units.starts, numbers)).sum())
    of_dead = np.array(found.among(view.recent.dead_units.lots["lot"]), np.int32)
    dead = ~view.units_count(spread(units.starts, of_dead))
    every = units.starts[numbers + 1] - units.starts[numbers]
    return fresh + int(every.sum()) - int(dead.sum())
