"""Where a lot came from, as the bytes of its JSON: every lot once, the edges in columns.

A serial's genealogy is some hundred lots and edges. Read one by one they cost more than the walk;
here the columns of all edges are gathered at once and encoded as they lie.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from server.trace.graph import amounts, moments
from server.trace.graph.answers import lots_at
from server.trace.graph.facts import HISTORY
from server.trace.graph.reader import Reader
from server.trace.graph.walk import Walked, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from server.trace.graph.base import I32
    from server.trace.graph.facts import Source
    from server.trace.graph.recent import RecentEdge
    from server.trace.graph.view import View

    Column = npt.NDArray[Any]

_NAMES = ("digits", "decimals", "unit", "at", "ahead", "known", "source")


def origins(view: View, start: int, more: Mapping[str, Any] | None = None) -> bytes:
    """Lots by depth, the one asked for first, and the edges between them; ``more``: members.

    ``edges`` has a list for each column, all of one length. ``parent`` and ``child`` are places
    among ``lots``. The quantity is ``digits``, so many ``decimals`` of them behind the point; where
    ``decimals`` is -1 it is the text at that place of ``texts``. ``unit`` is a place among
    ``texts``. ``at``: microseconds since 1970 (UTC), told in a zone ``ahead`` minutes of it; null
    if nobody wrote it. ``source`` is a place among ``sources``; -1: imported history.
    """
    found = walk(view, view.backward, start) if start >= 0 else Walked([], None)
    numbers, levels = found.in_order(), [len(level) for level in found.levels]
    reader, told, places = Reader(view), _Told(), _Places(numbers)
    edges = _stored(view, places, reader, told)
    fresh = _fresh(view, places, told)
    if fresh is not None:
        edges = {name: np.concatenate([edges[name], fresh[name]]) for name in edges}
    head = {
        **(more or {}),
        "levels": levels,
        "edges": _timed(edges),
        "texts": list(told.texts),
        "sources": [asdict(one) for one in told.sources],
    }
    said = orjson.dumps(head, option=orjson.OPT_SERIALIZE_NUMPY)
    return b"".join([said[:-1], b',"lots":', lots_at(reader, numbers, levels), b"}"])


class _Places:
    """Where each lot stands among those that are told."""

    def __init__(self, numbers: I32) -> None:
        self.numbers, self._order = numbers, numbers.argsort()
        self._ascending = numbers[self._order]

    def of(self, lots: Column) -> Column:
        """The places of lots that are all told."""
        found: Column = self._order[self._ascending.searchsorted(lots)]
        return found


class _Told:
    """Texts and sources, each told once, by their places."""

    def __init__(self) -> None:
        self.texts: dict[str, int] = {}
        self.sources: dict[Source, int] = {}

    def text(self, text: str) -> int:
        return self.texts.setdefault(text, len(self.texts))

    def source(self, source: Source | None) -> int:
        if source is None or source == HISTORY:
            return -1
        return self.sources.setdefault(source, len(self.sources))

    def amount(self, quantity: str) -> tuple[int, int]:
        return amounts.packed(quantity) or (self.text(quantity), amounts.TEXT)


def _stored(view: View, places: _Places, reader: Reader, told: _Told) -> dict[str, Column]:
    """Edges of the arrays."""
    rows, children = view.backward.gathered(places.numbers)
    held = view.base.edges
    found = {"parent": places.of(held.parents[rows]), "child": children}
    found |= {name: getattr(held, name)[rows] for name in _NAMES}
    if len(rows):
        _renumber(found, "unit", None, lambda place: told.text(reader.text(place)))
        if found["decimals"].min() == amounts.TEXT:
            odd = found["decimals"] == amounts.TEXT
            _renumber(found, "digits", odd, lambda place: told.text(reader.text(place)))
        if found["source"].max() >= 0:
            said = found["source"] >= 0
            _renumber(found, "source", said, lambda place: told.source(reader.source(place)))
    return found


def _renumber(
    columns: dict[str, Column], name: str, which: Column | None, of: Callable[[int], int]
) -> None:
    """Have the numbers ``which`` of a column (None: all) be other ones."""
    column = columns[name]
    if which is None:
        if (column == column[0]).all():  # as units mostly are: no need to sort them
            column.fill(of(int(column[0])))
            return
        which = np.ones(len(column), np.bool_)
    values, places = np.unique(column[which], return_inverse=True)
    column[which] = np.array([of(value) for value in values.tolist()])[places]


def _fresh(view: View, places: _Places, told: _Told) -> dict[str, Column] | None:
    """Edges that came after the arrays; None if there are none."""
    way, into = view.backward, view.recent.into
    met = into.keys() & set(places.numbers.tolist()) if into else ()
    rows = [_row(one, told) for number in sorted(met) for one in way.fresh(number)]
    if not rows:
        return None
    columns = zip(("parent", "child", *_NAMES), zip(*rows, strict=True), strict=True)
    found: dict[str, Column] = {name: np.array(values) for name, values in columns}
    return found | {end: places.of(found[end]) for end in ("parent", "child")}


def _row(one: RecentEdge, told: _Told) -> tuple[int, ...]:
    said = one.said
    at, ahead = moments.packed(said.at)
    unit, source = told.text(said.unit), told.source(said.source)
    return (*one.ends, *told.amount(said.quantity), unit, at, ahead, said.known, source)


def _timed(edges: dict[str, Column]) -> dict[str, object]:
    """Times that nobody wrote as null."""
    told: dict[str, object] = dict(edges)
    if (edges["at"] == moments.NEVER_SAID).any():
        told["at"] = [None if at == moments.NEVER_SAID else at for at in edges["at"].tolist()]
    return told
