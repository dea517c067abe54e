"""Where a lot came from, as the bytes of its JSON: every lot once, with what went into it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from server.trace.graph.reader import Reader
from server.trace.graph.told import about_of, piece, row
from server.trace.graph.walk import Walked, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.trace.graph.base import I32
    from server.trace.graph.view import View

    Piece = bytes | memoryview


def origins(view: View, start: int, more: Mapping[str, Any] | None = None) -> bytes:
    """Lots, the one asked for and then nearest first, as :mod:`server.trace.graph.told` tells each.

    ``levels``: how many of them there are at each depth; ``more``: members to put first.
    """
    found = walk(view, view.backward, start) if start >= 0 else Walked([], None)
    told, levels = _Told(view), [len(level) for level in found.levels]
    parts: list[Piece] = [orjson.dumps({**(more or {}), "levels": levels})[:-1], b',"lots":[']
    for level in found.levels:
        parts += told.of(level)
    if levels:
        parts[-1] = parts[-1][:-1]  # the last comma
    parts.append(b"]}")
    return b"".join(parts)


class _Told:
    """The pieces of lots, prepared where nothing came since and everything counts."""

    def __init__(self, view: View) -> None:
        self._view, self._odd, self._now = view, view.recent.odd, view.when.plain
        told = view.base.lots.told
        self._data, self._ends = told.data.data, told.offsets.data

    def of(self, level: list[int] | I32) -> list[Piece]:
        numbers = level if isinstance(level, list) else level.tolist()
        if not self._now:
            return [self._made(one) for one in numbers]
        data, ends = self._data, self._ends
        if self._odd.isdisjoint(numbers):
            return [data[ends[one] : ends[one + 1]] for one in numbers]
        odd = self._odd
        return [
            self._made(one) if one in odd else data[ends[one] : ends[one + 1]] for one in numbers
        ]

    def _made(self, number: int) -> bytes:
        way, reader = self._view.backward, self._reader
        rows = [row(reader.parent(one), *reader.said(one)) for one in way.rows(number)]
        for one in way.fresh(number):
            edge = one.said
            said = edge.quantity, edge.at, edge.known, edge.unit, edge.source
            rows.append(row(one.ends[0], *said))
        return piece(self._about(number), number, rows)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self._view)

    def _about(self, number: int) -> bytes:
        fresh = self._view.recent.facts.get(number)
        return about_of(self._view.base.lots.told[number]) if fresh is None else fresh
