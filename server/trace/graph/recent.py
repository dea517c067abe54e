"""What came after the arrays: plain dicts over the numbers of the arrays.

A job order is taken whole: its records may be judged anew when others come, so what the arrays
hold of it is dead as soon as it is touched again.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from server.trace.graph import moments
from server.trace.graph.dead import Dead
from server.trace.graph.draft import Draft, encoded, members
from server.trace.graph.facts import About, Edge, Line, Unit
from server.trace.graph.packed import lot_key
from server.trace.graph.spread import owners
from server.trace.reach import LotId

if TYPE_CHECKING:
    from server.trace.graph.base import Base

K = TypeVar("K")
V = TypeVar("V")


class RecentEdge(NamedTuple):
    """An edge between lots by number."""

    ends: tuple[int, int]
    """Parent and child."""
    at: int
    said: Edge


class RecentUnit(NamedTuple):
    """A serial of a lot by number."""

    lot: int
    at: int
    said: Unit


class RecentLine(NamedTuple):
    """A line, and its row."""

    at: int
    said: Line
    row: bytes


class Recent:
    """Rows beside a base."""

    def __init__(self, base: Base) -> None:
        """Nothing beside ``base`` yet."""
        self.base = base
        self.lots: list[LotId] = []
        self.facts: dict[int, bytes] = {}
        """Of new lots, and of old ones of which more became known."""
        self._numbers: dict[LotId, int] = {}
        self.out: dict[int, list[RecentEdge]] = {}
        """By parent."""
        self.into: dict[int, list[RecentEdge]] = {}
        """By child."""
        self.units: dict[int, list[RecentUnit]] = {}
        self.serials: dict[str, list[RecentUnit]] = {}
        self.shipped: dict[int, list[RecentLine]] = {}
        self.returned: dict[int, list[RecentLine]] = {}
        self.dead_edges = Dead(len(base.edges.parents), "parent", "child")
        self.dead_units = Dead(len(base.units.at), "lot")
        self.odd: set[int] = set()
        """Lots of which other things are to be told than the arrays have prepared, edges into them
        among these."""
        self.led: set[int] = set()
        """Lots from which other edges lead than those of the arrays."""
        self.size = 0
        """Rows that are held."""
        self.grown: list[tuple[int, int]] = []
        """Parent and child of every edge that came, and none was between them from there before."""
        self.shrunk = 0
        """How often an edge went and none came in its place: lots may be reached no more."""
        self._jobs: dict[str, tuple[list[RecentEdge], list[RecentUnit]]] = {}
        self._statements: set[int] = set()

    def still(self) -> Recent:
        """A copy that stays as it is; at most :data:`server.trace.graph.merge.DUE` rows or so."""
        copy = Recent(self.base)
        copy.lots, copy.facts, copy._numbers = self.lots[:], {**self.facts}, {**self._numbers}
        copy.out, copy.into = _copied(self.out), _copied(self.into)
        copy.units, copy.serials = _copied(self.units), _copied(self.serials)
        copy.shipped, copy.returned = _copied(self.shipped), _copied(self.returned)
        copy.dead_edges, copy.dead_units = self.dead_edges.still(), self.dead_units.still()
        copy.odd, copy.led, copy.size = {*self.odd}, {*self.led}, self.size
        return copy

    @property
    def count(self) -> int:
        """How many lots, those of the base included."""
        return self.base.count + len(self.lots)

    def find(self, lot: LotId) -> int:
        """The number of a lot; -1 for one that nobody has heard of."""
        fresh = self._numbers.get(lot)
        return self.base.lots.names.first(lot_key(*lot)) if fresh is None else fresh

    def number(self, lot: LotId) -> int:
        """The number of a lot, given now if it had none."""
        found = self.find(lot)
        if found < 0:
            found = self._numbers[lot] = self.count
            self.lots.append(lot)
            self._tell(found, members(lot, About()))
        return found

    def about(self, lot: LotId, about: About) -> None:
        """More is known of a lot."""
        self._tell(self.number(lot), members(lot, about))

    def _tell(self, number: int, facts: bytes) -> None:
        self.facts[number] = facts
        self.odd.add(number)

    def job(self, job: str, edges: list[Edge], units: list[Unit]) -> None:
        """What a job order says now, in place of all it said before."""
        before = self._jobs.pop(job, None)
        if before is None:
            was = self._bury(job)
        else:
            was = {one.ends for one in before[0]}
            self._drop(*before)
        made = [self._edge(one) for one in edges]
        self._jobs[job] = made, [self._unit(one) for one in units]
        now = {one.ends for one in made}
        self.grown += now - was
        self.shrunk += bool(was - now)

    @property
    def jobs(self) -> set[str]:
        """The job orders that were taken."""
        return set(self._jobs)

    def statement(self, index: int, edges: list[Edge], lines: list[Line]) -> None:
        """What a statement says; again is the same. One that says nothing may have been undone."""
        if index in self._statements or not (edges or lines):
            return
        self._statements.add(index)
        self.grown += [self._edge(edge).ends for edge in edges]
        for line in lines:
            lined = self.returned if line.returned else self.shipped
            made = RecentLine(moments.packed(line.row.at)[0], line, encoded(line))
            lined.setdefault(self.number(line.lot), []).append(made)
            self.size += 1

    def draft(self) -> Draft:
        """All of it, to be sorted into new arrays beside those of the base."""
        made = Draft(self.base)
        for number, lot in enumerate(self.lots, self.base.count):
            if made.lot(lot) != number:
                raise AssertionError(lot)
        made.abouts |= self.facts
        for edge in chain.from_iterable(self.into.values()):
            made.edge(edge.said)
        for unit in chain.from_iterable(self.units.values()):
            made.unit(unit.said)
        for line in chain.from_iterable([*self.shipped.values(), *self.returned.values()]):
            made.line(line.said)
        return made

    def _edge(self, said: Edge) -> RecentEdge:
        parent, child = self.number(said.parent), self.number(said.child)
        made = RecentEdge((parent, child), moments.packed(said.at)[0], said)
        self.out.setdefault(parent, []).append(made)
        self.into.setdefault(child, []).append(made)
        self.odd.add(child)
        self.led.add(parent)
        self.size += 1
        return made

    def _unit(self, said: Unit) -> RecentUnit:
        made = RecentUnit(self.number(said.lot), moments.packed(said.at)[0], said)
        self.units.setdefault(made.lot, []).append(made)
        self.serials.setdefault(said.serial, []).append(made)
        self.size += 1
        return made

    def _bury(self, job: str) -> set[tuple[int, int]]:
        """What the arrays hold of the job order counts no more; the ends of its edges."""
        place = self.base.jobs.first(job)
        if place < 0:
            return set()
        sources, units, edges = self.base.sources, self.base.units, self.base.edges
        rows = sources.row[sources.job == place]
        rows = rows[rows >= 0]
        parents, children = edges.parents[rows], owners(edges.child_starts, rows)
        self.dead_edges.add(rows, parent=parents, child=children)
        self.odd.update(children.tolist())
        self.led.update(parents.tolist())
        made = (units.job == place).nonzero()[0]
        self.dead_units.add(made, lot=owners(units.starts, made))
        return set(zip(parents.tolist(), children.tolist(), strict=True))

    def _drop(self, edges: list[RecentEdge], units: list[RecentUnit]) -> None:
        for edge in edges:
            _take(self.out, edge.ends[0], edge)
            _take(self.into, edge.ends[1], edge)
        for unit in units:
            _take(self.units, unit.lot, unit)
            _take(self.serials, unit.said.serial, unit)
        self.size -= len(edges) + len(units)


def _copied(held: dict[K, list[V]]) -> dict[K, list[V]]:
    return {key: some[:] for key, some in held.items()}


def _take(held: dict[K, list[V]], key: K, one: V) -> None:
    held[key].remove(one)
    if not held[key]:
        del held[key]
