"""Rows gathered in columns, until they are sorted into arrays; old arrays may come first."""

from __future__ import annotations

from array import array
from collections.abc import Hashable
from typing import TYPE_CHECKING, TypeVar

import orjson

from server.trace.graph import amounts, moments
from server.trace.graph.facts import About
from server.trace.graph.packed import lot_key
from server.trace.reach import LotId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from server.store.protocol import Row
    from server.trace.graph.base import Base
    from server.trace.graph.facts import Edge, Line, Source, Unit

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
EDGE_COLUMNS = {
    "parents": "i", "children": "i", "digits": "q", "decimals": "b", "unit": "i", "at": "q",
    "ahead": "h", "known": "q", "source": "i",
}  # fmt: skip
SOURCE_COLUMNS = {
    "kind": "i", "job": "i", "operation": "i", "person": "i", "station": "i", "origin": "i",
    "index": "q", "effect": "b",
}  # fmt: skip
UNIT_COLUMNS = {"lot": "i", "at": "q", "known": "q", "job": "i"}
LINE_COLUMNS = {"lot": "i", "at": "q", "known": "q", "consignee": "i"}
LINE_MEMBERS = (
    "line", "shipment", "consignee", "item", "lot", "quantity", "unit", "at",
)  # fmt: skip
"""Of :class:`server.trace.reach.ShipmentLine`, all but the serials."""
Columns = dict[str, "array[int]"]


MOST = 100_000
"""Keys remembered with what they mean."""


def _columns(types: dict[str, str]) -> Columns:
    return {name: array(kind) for name, kind in types.items()}


class Meanings(dict[K, T]):
    """What is asked again and again of few keys."""

    def __init__(self, find: Callable[[K], T]) -> None:
        """By ``find``, which always finds the same."""
        super().__init__()
        self._find = find

    def __missing__(self, key: K) -> T:
        """The meaning of a key that is not remembered."""
        if len(self) >= MOST:
            self.clear()
        found = self[key] = self._find(key)
        return found


class Numbers:
    """Texts numbered as they come, after those that a base has."""

    def __init__(self, first: int, known: dict[str, int] | None = None) -> None:
        """Count from ``first`` on; ``known``: those that the base has, if it is not asked first."""
        self._first, self._known = first, known or {}
        self.fresh: dict[str, int] = {}

    def of(self, text: str) -> int:
        """The number of a text."""
        known = self._known.get(text)
        if known is not None:
            return known
        return self.fresh.setdefault(text, self._first + len(self.fresh))

    def taken(self) -> Iterator[str]:
        """The texts that are new, in order; one taken is kept no more."""
        fresh, self.fresh = self.fresh, {}
        return iter(fresh)


class Lined:
    """Lines of shipments, or of returns."""

    def __init__(self) -> None:
        """None yet."""
        self.columns = _columns(LINE_COLUMNS)
        self.rows, self.serials = list[bytes](), list[bytes]()


class Draft:
    """Rows for new arrays. Numbers of lots, jobs and texts go on from those of ``base``."""

    def __init__(self, base: Base) -> None:
        """After ``base``."""
        self.base = base
        self.lots = Numbers(base.count)
        self.jobs = Numbers(base.jobs.packed.count)
        known = {base.texts.text(place): place for place in range(base.texts.count)}
        self.texts = Numbers(base.texts.count, known)
        self.abouts: dict[int, bytes] = {}
        """What is said anew of lots, by number."""
        self.edges, self.sources = _columns(EDGE_COLUMNS), _columns(SOURCE_COLUMNS)
        self._edge_appends = [column.append for column in self.edges.values()]
        self._quantities, self._times = Meanings(amounts.packed), Meanings(moments.packed)
        self.units, self.serials = _columns(UNIT_COLUMNS), list[bytes]()
        self.shipped, self.returned = Lined(), Lined()

    def lot(self, lot: LotId, about: About | None = None) -> int:
        """The number of a lot; ``about``: what is known of it, if that is new."""
        key = lot_key(*lot)
        place = self.lots.fresh.get(key, -1)
        if place < 0 and self.base.count:
            place = self.base.lots.names.first(key)
        if place < 0:
            place = self.lots.of(key)
            self.abouts[place] = members(lot, about or About())
        elif about is not None:
            self.abouts[place] = members(lot, about)
        return place

    def edge(self, one: Edge) -> None:
        """Add an edge."""
        ends = self.lot(one.parent), self.lot(one.child)
        said = (self.text(one.unit), *moments.packed(one.at), one.known, self._source(one.source))
        row = (*ends, *self._amount(one.quantity), *said)
        for append, value in zip(self._edge_appends, row, strict=True):
            append(value)

    def history(self, numbers: Sequence[int], rows: Sequence[Row]) -> None:
        """Add edges of imported history, thousands at a time; ``numbers``: of its lots.

        Quantities and times repeat, so each is read once.
        """
        amount, times = self._quantity, self._times
        digits, decimals = zip(*(amount(row["quantity"]) for row in rows), strict=True)
        at, ahead = zip(*(times[row["event_time"]] for row in rows), strict=True)
        parents = [numbers[row["parent"]] for row in rows]
        children = [numbers[row["child"]] for row in rows]
        known = [row["source"] for row in rows]
        units, sources = [self.text("")] * len(rows), [-1] * len(rows)
        columns = (parents, children, digits, decimals, units, at, ahead, known, sources)
        for column, values in zip(self.edges.values(), columns, strict=True):
            column.extend(values)

    def _quantity(self, text: str) -> tuple[int, int]:
        return self._quantities[text] or (self.text(text), amounts.TEXT)

    def _amount(self, quantity: str) -> tuple[int, int]:
        return amounts.packed(quantity) or (self.text(quantity), amounts.TEXT)

    def unit(self, one: Unit) -> None:
        """Add a serial."""
        self.numbered_unit(self.lot(one.lot), one)

    def numbered_unit(self, lot: int, one: Unit) -> None:
        """Add a serial of a lot by number."""
        job = self._job(one.job)
        row = (lot, moments.packed(one.at)[0], one.known, job)
        for name, value in zip(UNIT_COLUMNS, row, strict=True):
            self.units[name].append(value)
        self.serials.append(one.serial.encode())

    def line(self, one: Line) -> None:
        """Add a line of a shipment or a return."""
        lined = self.returned if one.returned else self.shipped
        consignee, at = self.text(one.row.consignee), moments.packed(one.row.at)[0]
        row = (self.lot(one.lot), at, one.known, consignee)
        for name, value in zip(LINE_COLUMNS, row, strict=True):
            lined.columns[name].append(value)
        lined.rows.append(encoded(one))
        lined.serials.append("\n".join(one.row.serials).encode())

    def text(self, text: str) -> int:
        """The number of a text."""
        return self.texts.of(text)

    def _job(self, job: str) -> int:
        if not job:
            return -1
        known = self.base.jobs.first(job)
        return known if known >= 0 else self.jobs.of(job)

    def _source(self, source: Source | None) -> int:
        if source is None:
            return -1
        said = (source.operation, source.person, source.station, source.origin)
        texts = tuple(self.text(one) for one in said)
        row = (self.text(source.kind), self._job(source.job), *texts)
        for name, value in zip(
            SOURCE_COLUMNS, (*row, source.index, int(source.effect)), strict=True
        ):
            self.sources[name].append(value)
        return len(self.base.sources.index) + len(self.sources["index"]) - 1


def members(lot: LotId, about: About) -> bytes:
    """What is known of a lot, as members of a JSON object without its braces."""
    return orjson.dumps(
        {"item": lot.item, "lot": lot.lot, "supplier": about.supplier, "level": about.level,
         "at": about.at}
    )[1:-1]  # fmt: skip


def encoded(line: Line) -> bytes:
    """A line as JSON, its serials counted, and a comma."""
    row = line.row
    said = {name: getattr(row, name) for name in LINE_MEMBERS}
    return orjson.dumps(said | {"units": len(row.serials)}) + b","
