"""Rows of a view: what is known of its lots, edges, serials and shipment lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import orjson

from server.trace.graph import moments
from server.trace.graph.facts import Edge
from server.trace.graph.packed import of_lot_key
from server.trace.graph.spread import owners
from server.trace.graph.texts import Texts
from server.trace.reach import LotId, ShipmentLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from server.trace.graph.base import Lines
    from server.trace.graph.facts import Source
    from server.trace.graph.packed import Packed
    from server.trace.graph.recent import RecentLine
    from server.trace.graph.view import View


class Reader:
    """Reads rows."""

    def __init__(self, view: View) -> None:
        """Of ``view``."""
        self._view, self._base, self._recent = view, view.base, view.recent
        names, edges = view.base.lots.names.packed, view.base.edges
        self._names, self._name_ends = names.data.data, names.offsets.data
        self._amounts = edges.digits.data, edges.decimals.data, edges.unit.data
        self._said = edges.at.data, edges.ahead.data, edges.known.data, edges.source.data
        self._parents = edges.parents.data
        self._texts = Texts(view.base)
        self._serials: dict[LotId, list[str]] = {}

    def lot(self, number: int) -> LotId:
        """Item and lot."""
        if number >= self._base.count:
            return self._recent.lots[number - self._base.count]
        start, stop = self._name_ends[number], self._name_ends[number + 1]
        return LotId(*of_lot_key(str(self._names[start:stop], "utf-8")))

    def serials(self, number: int) -> list[str]:
        """Units of a lot."""
        view, units = self._view, self._base.units
        found: list[str] = []
        if number < self._base.count:
            start, stop = int(units.starts[number]), int(units.starts[number + 1])
            plain = view.when.plain and number not in self._recent.dead_units.lots["lot"]
            rows = range(start, stop) if plain else view.unit_rows(start, stop)
            found = [units.names.text(row) for row in rows]
        holds = view.when.holds
        fresh = self._recent.units.get(number, ())
        return found + [one.said.serial for one in fresh if holds(one.at, one.said.known)]

    def serials_of(self, lot: LotId) -> list[str]:
        """Units of a lot by its name, remembered."""
        if lot not in self._serials:
            self._serials[lot] = self.serials(self._recent.find(lot))
        return self._serials[lot]

    def edges_from(self, number: int) -> Iterator[Edge]:
        """Edges from a lot to those it went into."""
        way, of = self._view.forward, self.lot(number)
        rows = way.rows(number)
        children = owners(self._base.edges.child_starts, np.array(rows, np.int64))
        for row, child in zip(rows, children.tolist(), strict=True):
            yield self._edge(row, of, self.lot(child))
        for one in way.fresh(number):
            yield one.said

    def edges_into(self, number: int) -> Iterator[Edge]:
        """Edges into a lot from those that went into it."""
        way, of = self._view.backward, self.lot(number)
        for row in way.rows(number):
            yield self._edge(row, self.lot(self._parents[row]), of)
        for one in way.fresh(number):
            yield one.said

    def lines(self, number: int) -> Iterator[ShipmentLine]:
        """Shipment lines that carry a lot."""
        return self._lines(number, self._base.shipped, self._recent.shipped)

    def returned(self, number: int) -> Iterator[ShipmentLine]:
        """Lines of returns of a lot."""
        return self._lines(number, self._base.returned, self._recent.returned)

    def _lines(
        self, number: int, lines: Lines, recent: Mapping[int, list[RecentLine]]
    ) -> Iterator[ShipmentLine]:
        holds = self._view.when.holds
        if number < self._base.count:
            for row in range(int(lines.starts[number]), int(lines.starts[number + 1])):
                if holds(int(lines.at[row]), int(lines.known[row])):
                    yield line_of(lines, row)
        for one in recent.get(number, ()):
            if holds(one.at, one.said.known):
                yield one.said.row

    def parent(self, row: int) -> int:
        """The number of the lot that an edge of the arrays is from."""
        return int(self._parents[row])

    def said(self, row: int) -> tuple[str, str, int, str, Source]:
        """Of an edge of the arrays: quantity, when, the leaf that brought it, unit and source."""
        digits, decimals, unit = (column[row] for column in self._amounts)
        at, ahead, known, source = (column[row] for column in self._said)
        texts, when = self._texts, moments.unpacked(at, ahead)
        return texts.amount(digits, decimals), when, known, texts.text(unit), texts.source(source)

    def _edge(self, row: int, parent: LotId, child: LotId) -> Edge:
        quantity, when, known, unit, source = self.said(row)
        return Edge(parent, child, quantity, unit, when, known, source)

    def text(self, place: int) -> str:
        """One of the texts."""
        return self._texts.text(place)


def line_of(lines: Lines, row: int) -> ShipmentLine:
    """A line of the arrays."""
    said = orjson.loads(lines.rows[row][:-1])
    del said["units"]
    return ShipmentLine(**said, serials=tuple(_split(lines.serials, row)))


def _split(packed: Packed, row: int) -> list[str]:
    text = packed.text(row)
    return text.split("\n") if text else []
