"""Every lot downstream of one, kept in step with the graph.

With every push somebody asks whether a lot came from one that is held. Of a lot that went nearly
everywhere the answer is a walk over half the plant: so it is walked once, and goes on from each
edge that came since.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

from server.trace.graph.reader import Reader
from server.trace.graph.view import View, When
from server.trace.graph.walk import walk
from server.trace.reach import LotId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.trace.graph.graph import Graph
    from server.trace.graph.recent import Recent


class Reached(Collection[LotId]):
    """The lots that a lot went into, directly or not; not the lot itself."""

    def __init__(self, graph: Graph, lot: LotId) -> None:
        """Downstream of ``lot``, as ``graph`` knows it whenever somebody asks."""
        self._graph, self._lot = graph, lot
        self._recent: Recent | None = None
        self._taken = self._shrunk = 0
        self._start = -1
        self._bits, self._marked = b"", 0
        """A bit for each lot of a wide walk, and how many are set."""
        self._few: set[int] = set()
        """Lots of a small walk, and those reached since."""

    def __contains__(self, lot: object) -> bool:
        """Whether the lot is downstream."""
        if not isinstance(lot, tuple):
            return False
        number = self._caught_up().find(LotId(*lot))
        return number != self._start and self._holds(number)

    def __len__(self) -> int:
        """How many lots."""
        self._caught_up()
        return self._marked + len(self._few) - (self._start >= 0)

    def __iter__(self) -> Iterator[LotId]:
        """Each lot once."""
        reader = Reader(self._view(self._caught_up()))
        marks = np.unpackbits(np.frombuffer(self._bits, np.uint8))
        for number in [*np.flatnonzero(marks).tolist(), *sorted(self._few)]:
            if number != self._start:
                yield reader.lot(number)

    def _holds(self, number: int) -> bool:
        byte = number >> 3
        marked = 0 <= byte < len(self._bits) and self._bits[byte] >> (7 - (number & 7)) & 1
        return bool(marked) or number in self._few

    def _caught_up(self) -> Recent:
        recent = self._graph.caught_up()
        same = recent is self._recent and recent.shrunk == self._shrunk and self._start >= 0
        if not same:
            self._walk_all(recent)
        else:
            for parent, child in recent.grown[self._taken :]:
                if self._holds(parent) and not self._holds(child):
                    self._go_on(self._view(recent), child)
        self._taken = len(recent.grown)
        return recent

    def _walk_all(self, recent: Recent) -> None:
        self._recent, self._shrunk = recent, recent.shrunk
        self._bits, self._marked, self._few = b"", 0, set()
        self._start = recent.find(self._lot)
        if self._start < 0:
            return
        view = self._view(recent)
        found = walk(view, view.forward, self._start)
        if found.seen is None:
            self._few = {number for _, number in found.numbers()}
            return
        self._bits, self._marked = np.packbits(found.seen).tobytes(), int(found.seen.sum())

    def _go_on(self, view: View, lot: int) -> None:
        self._few |= {
            number
            for _, number in walk(view, view.forward, lot).numbers()
            if not self._holds(number)
        }

    @staticmethod
    def _view(recent: Recent) -> View:
        return View(recent.base, recent, When())
