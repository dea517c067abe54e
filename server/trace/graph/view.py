"""The genealogy as true at a time and as known at a size of the log: arrays and recent rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from server.trace.graph.spread import counted, spread

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import numpy.typing as npt

    from server.trace.graph.base import I32, I64, Base
    from server.trace.graph.recent import Recent, RecentEdge

ALWAYS = 2**63 - 1
FEW = 100
"""Lots of a level that are looked at one by one."""


class When(NamedTuple):
    """As true at a time, as known at a size of the log."""

    true_at: int = ALWAYS
    """Microseconds since 1970."""
    known_at: int = ALWAYS
    """How many leaves."""

    @property
    def plain(self) -> bool:
        """All that is here."""
        return self == (ALWAYS, ALWAYS)

    def holds(self, at: int, known: int) -> bool:
        """Whether a row counts."""
        return at <= self.true_at and known < self.known_at

    def mask(self, at: I64, known: I64) -> npt.NDArray[np.bool_]:
        """Which rows count."""
        return (at <= self.true_at) & (known < self.known_at)


class Way(Protocol):
    """A direction in which to walk."""

    def met(self, lots: Sequence[int], most: int) -> set[int] | None:
        """Lots that an edge leads to from any of these; None if the edges are more than that."""

    def all_next(self, lots: I32) -> I32:
        """The same of many lots, ascending; some are met more than once."""


class View:
    """What is asked."""

    def __init__(self, base: Base, recent: Recent, when: When) -> None:
        """Of the arrays and what came after them."""
        self.base, self.recent, self.when = base, recent, when

    @property
    def count(self) -> int:
        """How many lots."""
        return self.recent.count

    @property
    def forward(self) -> Arrows:
        """To what a lot went into."""
        edges = self.base.edges
        arrays = edges.parent_starts, edges.children, edges.rows
        return Arrows(self, *arrays, forward=True)

    @property
    def backward(self) -> Arrows:
        """To what went into a lot."""
        edges = self.base.edges
        arrays = edges.child_starts, edges.parents, None
        return Arrows(self, *arrays, forward=False)

    def unit_rows(self, start: int, stop: int) -> list[int]:
        """Rows of serials that count."""
        rows = np.arange(start, stop)
        found: list[int] = rows[self.units_count(rows)].tolist()
        return found

    def units_count(self, rows: I64) -> npt.NDArray[np.bool_]:
        """Which of these rows of serials count."""
        units, living = self.base.units, self.recent.dead_units.living(rows)
        return (
            living
            if self.when.plain
            else living & self.when.mask(units.at[rows], units.known[rows])
        )

    def edge_counts(self, row: int) -> bool:
        """Whether an edge of the arrays counts."""
        edges = self.base.edges
        return row not in self.recent.dead_edges and self.when.holds(
            int(edges.at[row]), int(edges.known[row])
        )


class Arrows:
    """One direction (:class:`Way`)."""

    def __init__(
        self, view: View, starts: I64, others: I32, rows: I32 | None, *, forward: bool
    ) -> None:
        """``rows``: of each of ``others``; None: they are in that order."""
        recent = view.recent
        self._view, self._now = view, view.when.plain
        self._dead = recent.dead_edges.lots["parent" if forward else "child"]
        self._recent = recent.out if forward else recent.into
        self._touched = recent.led if forward else recent.odd
        """Lots from which there are recent edges, or that have dead ones."""
        self._place = 1 if forward else 0
        """Of the other end in a recent edge."""
        self._starts, self._others, self._rows = starts, others, rows
        self._first, self._other = starts.data, others.data

    def met(self, lots: Sequence[int], most: int) -> set[int] | None:
        """Lots that an edge leads to from any of these; None if the edges are more than that."""
        as_they_lie = self._now and self._touched.isdisjoint(lots)
        if as_they_lie and len(lots) < FEW:
            return self._few(lots, most)
        found = self._many(lots, most, plain=as_they_lie)
        if found is not None and not as_they_lie:
            for lot in self._recent.keys() & set(lots):
                found.update(self._ends(self._recent[lot]))
        return found

    def all_next(self, lots: I32) -> I32:
        """The same of many lots, ascending; some are met more than once."""
        at = spread(self._starts, lots[lots < self._view.base.count])
        if not self._now or _among(self._dead, lots):
            at = at[self._mask(at)]
        found = self._others[at]
        fresh = [end for lot in _among(self._recent, lots) for end in self._ends(self._recent[lot])]
        return np.concatenate([found, np.array(fresh, np.int32)]) if fresh else found

    def gathered(self, lots: I32) -> tuple[npt.NDArray[Any], I64]:
        """Rows of the arrays that count, of the edges from these lots; of each its lot's place."""
        places = (lots < self._view.base.count).nonzero()[0]
        at, counts = counted(self._starts, lots[places])
        owners = places.repeat(counts)
        if not (self._now and self._dead.isdisjoint(lots.tolist())):
            keep = self._mask(at)
            at, owners = at[keep], owners[keep]
        return at if self._rows is None else self._rows[at], owners

    def rows(self, lot: int) -> list[int]:
        """Rows of the arrays that count, of the edges from this lot."""
        if lot >= self._view.base.count:
            return []
        return [row for _, row in self._counting(self._first[lot], self._first[lot + 1])]

    def fresh(self, lot: int) -> list[RecentEdge]:
        """Recent edges that count."""
        holds = self._view.when.holds
        return [one for one in self._recent.get(lot, ()) if holds(one.at, one.said.known)]

    def _few(self, lots: Sequence[int], most: int) -> set[int] | None:
        """Lots that follow one another have their rows side by side, and many of a level do."""
        first, other, count = self._first, self._other, self._view.base.count
        found: set[int] = set()
        begin = end = -1
        for lot in (*lots, -1):
            if lot == end and lot < count:
                end += 1
                continue
            if begin >= 0:
                start, stop = first[begin], first[end]
                most -= stop - start
                if most < 0:
                    return None
                if start < stop:  # half of all lots are bought
                    found.update(other[start:stop])
            begin, end = (lot, lot + 1) if lot < count else (-1, -1)
        return found

    def _many(self, lots: Sequence[int], most: int, *, plain: bool) -> set[int] | None:
        some = np.array(lots, np.int32)
        at = spread(self._starts, some[some < self._view.base.count])
        if len(at) > most:
            return None
        if not plain:
            at = at[self._mask(at)]
        return set(self._others[at].tolist())

    def _counting(self, start: int, stop: int) -> Iterable[tuple[int, int]]:
        view, rows = self._view, self._rows
        places = ((at, at if rows is None else int(rows[at])) for at in range(start, stop))
        return ((at, row) for at, row in places if view.edge_counts(row))

    def _mask(self, at: I64) -> npt.NDArray[np.bool_]:
        view, edges = self._view, self._view.base.edges
        rows = at if self._rows is None else self._rows[at]
        living = view.recent.dead_edges.living(rows)
        return (
            living
            if view.when.plain
            else living & view.when.mask(edges.at[rows], edges.known[rows])
        )

    def _ends(self, edges: Iterable[RecentEdge]) -> list[int]:
        holds, place = self._view.when.holds, self._place
        return [one.ends[place] for one in edges if holds(one.at, one.said.known)]


def _among(some: Collection[int], lots: I32) -> list[int]:
    """Those of ``some`` that are among ``lots``, which ascend."""
    if not some:
        return []
    wanted = np.fromiter(some, np.int32, len(some))
    places = np.minimum(lots.searchsorted(wanted), len(lots) - 1)
    return [int(one) for one in wanted[lots[places] == wanted]]
