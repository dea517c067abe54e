"""Where a lot went and where it came from, through every lot between, over the graph.

The answer always says what it cannot know yet: stations that have not reported, records nobody
could read, logs that contradict themselves. A recall that hides them is worse than a slow one.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from server.trace import reaching
from server.trace.graph import moments
from server.trace.graph.reached import Reached
from server.trace.graph.reader import Reader
from server.trace.graph.summary import Summary
from server.trace.graph.view import ALWAYS, When
from server.trace.graph.walk import walk
from server.trace.not_known import NotKnown
from server.trace.reach import LotId, Reach, ShipmentLine
from server.trace.reaching import reach_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import datetime

    from server.store.protocol import Store
    from server.trace.graph.facts import Edge
    from server.trace.graph.graph import Graph
    from server.trace.graph.keeper import Keeper
    from server.trace.graph.view import View
    from server.trace.graph.walk import Walked
    from server.trace.not_known import Outstanding

MOST_USES = 10_000
"""Uses in one answer, nearest first; how many lots there are is always said."""
MOST_REACHED = 1_000
"""Lots whose way onward is held in memory: a bit for each lot of the plant at most."""
MOST_JOBS = 100
"""Job orders whose instruments are looked up for one answer, nearest first."""


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """A quantity of a lot that went into another."""

    item: str
    lot: str
    quantity: str
    unit: str
    job: str
    """The job order that used it; empty for imported history, splits, merges and returns."""
    into_item: str
    into_lot: str
    """The lot made of it."""
    serials: tuple[str, ...]
    """The units of that lot so far."""
    operation: str
    person: str
    station: str
    at: str
    """When it went in, RFC 3339: of a record the station's wall time. Empty: nobody wrote it."""
    origin: str
    index: int
    """Of the record in its log, or of the statement in the global log; -1 for history."""
    depth: int
    """1 for a direct use; more through lots that were made and used again."""
    effect: bool
    """False: recorded, but the rule book gave it no effect."""
    kind: str = "consumed"
    """consumed | history | split | merged | reworked | returned | relabelled"""


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a where-used or where-from."""

    direction: str
    """used | from"""
    item: str
    lot: str
    uses: tuple[Use, ...]
    finished: tuple[tuple[str, str, tuple[str, ...]], ...]
    """(item, lot, serials) of the lots reached, nearest first; serials only of where-used."""
    not_known: tuple[NotKnown, ...]
    shipment_lines: tuple[ShipmentLine, ...] = ()
    returned: tuple[ShipmentLine, ...] = ()
    equipment: tuple[tuple[str, str], ...] = ()
    """(job order, instrument) for every instrument whose readings are in a job order named."""
    reached: int = 0
    """How many lots there are, of which ``finished`` and ``uses`` may show the nearest only."""
    known_at: int = 0
    """How many leaves of the global log the answer rests on."""


def when(true_at: datetime | None = None, known_at: int | None = None) -> When:
    """As true at a time and as known at a size of the log; None: now."""
    at = ALWAYS if true_at is None else moments.micros(true_at)
    return When(at, ALWAYS if known_at is None else known_at)


class Genealogy:
    """Answers where-used, where-from, and how far a lot went."""

    def __init__(
        self, store: Store, graph: Graph, outstanding: Outstanding, keeper: Keeper | None = None
    ) -> None:
        """Over ``graph``, of the projections of ``store``; ``keeper`` keeps it on disk."""
        self._store, self.graph, self._outstanding = store, graph, outstanding
        self.keeper = keeper
        self._reached: dict[LotId, Reached] = {}
        """The one asked for last comes last."""

    def where_used(self, item: str, lot: str, at: When | None = None) -> Trace:
        """Every lot and shipment this lot went into, directly or not."""
        return self._trace(LotId(item, lot), "used", at or When())

    def summary(self, lot: LotId, *, forward: bool) -> Summary | None:
        """The same in groups, for an answer too wide to look at; None for a lot nobody heard of."""
        view = self.graph.view()
        start = view.recent.find(lot)
        return None if start < 0 else Summary(view, start, forward=forward)

    def uses(self, summary: Summary, start: int, most: int) -> tuple[Use, ...]:
        """A page of the uses behind a summary, nearest first."""
        met = _uses(summary.reader, summary.found, forward=summary.forward)
        return tuple(islice(met, start, start + most))

    def downstream(self, item: str, lot: str) -> Collection[LotId]:
        """Every lot that the lot went into, directly or not; not the lot itself.

        It stays in step: asked of each hold with every push, it is walked once.
        """
        asked = LotId(item, lot)
        found = self._reached.pop(asked, None)
        found = self._reached[asked] = Reached(self.graph, asked) if found is None else found
        if len(self._reached) > MOST_REACHED:
            del self._reached[next(iter(self._reached))]
        return found

    def where_from(self, item: str, lot: str, at: When | None = None) -> Trace:
        """Every lot that went into this one, directly or not."""
        return self._trace(LotId(item, lot), "from", at or When())

    def forward(
        self,
        item: str,
        lot: str,
        *,
        true_at: datetime | None = None,
        known_at: int | None = None,
    ) -> Reach:
        """Everything the lot reached (:class:`server.trace.reach.Reaches`)."""
        view = self.graph.view(when(true_at, known_at))
        known = self._known(view)
        return reach_of(view, LotId(item, lot), self.not_known(), known, true_at)

    def asked(self, lots: Iterable[LotId]) -> Callable[[], list[Reach]]:
        """The work of answering :meth:`forward` for each, as of now, for any thread."""
        return reaching.asked(self.graph, lots, self.not_known())

    def marked(self, lots: Iterable[LotId]) -> reaching.Mark:
        """Tells the answer about these lots together from a later one."""
        return reaching.marked(self.graph, lots)

    def among(self, lots: Iterable[LotId], asked_for: Iterable[LotId]) -> set[LotId]:
        """Those of ``asked_for`` that any of the lots reached, or are one of them."""
        return reaching.among(self.graph, lots, asked_for)

    def not_known(self) -> tuple[NotKnown, ...]:
        """What may still change any answer; among it what a start has not looked at yet."""
        found = self._outstanding.not_known()
        if self.keeper is None or self.keeper.checked:
            return found
        return (*found, NotKnown(code="snapshot-unchecked", about=""))

    def anybody(self) -> bool:
        """Whether any station is enrolled that could report."""
        return self._outstanding.anybody()

    def _known(self, view: View) -> int:
        return min(view.when.known_at, self.graph.cursor)

    def _trace(self, lot: LotId, direction: str, at: When) -> Trace:
        view = self.graph.view(at)
        reader, start = Reader(view), view.recent.find(lot)
        forward = direction == "used"
        if start < 0:
            found: Walked | None = None
            uses: tuple[Use, ...] = ()
        else:
            found = walk(view, view.forward if forward else view.backward, start)
            uses = tuple(islice(_uses(reader, found, forward=forward), MOST_USES))
        numbers = [] if found is None else [one for _, one in found.numbers()]
        near = numbers[1 : MOST_USES + 1]
        return Trace(
            direction=direction,
            item=lot.item,
            lot=lot.lot,
            uses=uses,
            finished=tuple(
                (*reader.lot(one), tuple(reader.serials(one)) if forward else ()) for one in near
            ),
            not_known=self.not_known(),
            shipment_lines=tuple(line for one in numbers for line in reader.lines(one))
            if forward else (),
            returned=tuple(line for one in numbers for line in reader.returned(one)),
            equipment=self._equipment(uses),
            reached=max(0, len(numbers) - 1),
            known_at=self._known(view),
        )  # fmt: skip

    def _equipment(self, uses: tuple[Use, ...]) -> tuple[tuple[str, str], ...]:
        jobs = dict.fromkeys(use.job for use in uses if use.job)
        return tuple(
            dict.fromkeys(
                (job, str(row["asset"]))
                for job in islice(jobs, MOST_JOBS)
                for row in self._store.rows("readings", job=job)
            )
        )


def _uses(reader: Reader, found: Walked, *, forward: bool) -> Iterator[Use]:
    """Every edge met on the way, nearest first."""
    edges = reader.edges_from if forward else reader.edges_into
    for depth, number in found.numbers():
        for edge in edges(number):
            yield _use(reader, edge, depth + 1)


def _use(reader: Reader, edge: Edge, depth: int) -> Use:
    source, into = edge.source, edge.child
    return Use(
        item=edge.parent.item,
        lot=edge.parent.lot,
        quantity=edge.quantity,
        unit=edge.unit,
        job=source.job,
        into_item=into.item,
        into_lot=into.lot,
        serials=tuple(reader.serials_of(into)),
        operation=source.operation,
        person=source.person,
        station=source.station,
        at=edge.at,
        origin=source.origin,
        index=source.index,
        depth=depth,
        effect=source.effect,
        kind=source.kind,
    )
