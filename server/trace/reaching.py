"""How far lots went: answered here or in any thread, and whether it changed since.

A whole plant's answer takes seconds to write out, so it is made beside the event loop, over a copy
of what may still change. Whether it is another one than before is seen without writing it out.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from server.trace.graph.answers import Picked
from server.trace.graph.reader import Reader
from server.trace.graph.walk import Walked, walk
from server.trace.reach import LotId, Reach, ReachedLot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    import numpy.typing as npt

    from server.trace.graph.graph import Graph
    from server.trace.graph.view import View
    from server.trace.not_known import NotKnown


class Mark(NamedTuple):
    """Tells one answer from a later one: equal marks of the same lots, the same answer."""

    numbering: int
    """Lots keep their numbers until all is read anew."""
    lots: bytes
    """Hash of the numbers of the lots reached."""
    lines: int
    """How many shipment lines carry them; none ever goes away."""


def reach_of(
    view: View,
    lot: LotId,
    not_known: tuple[NotKnown, ...],
    known_at: int,
    true_at: datetime | None = None,
) -> Reach:
    """Everything the lot reached; a lot nobody has heard of reached only itself."""
    reader, start = Reader(view), view.recent.find(lot)
    found = walk(view, view.forward, start).numbers() if start >= 0 else []
    numbers = [one for _, one in found]
    lots = tuple(
        ReachedLot(**reader.lot(one)._asdict(), depth=at, serials=tuple(reader.serials(one)))
        for at, one in found
    )
    return Reach(
        lots=lots or (ReachedLot(item=lot.item, lot=lot.lot, depth=0, serials=()),),
        shipment_lines=tuple(line for one in numbers for line in reader.lines(one)),
        returned=tuple(line for one in numbers for line in reader.returned(one)),
        not_known=not_known,
        true_at=true_at,
        known_at=known_at,
    )


def asked(
    graph: Graph, lots: Iterable[LotId], not_known: tuple[NotKnown, ...]
) -> Callable[[], list[Reach]]:
    """The work of answering for each of these lots as of now; any thread may do it, later too."""
    view, wanted = graph.still(), tuple(lots)
    known_at = graph.cursor
    return lambda: [reach_of(view, one, not_known, known_at) for one in wanted]


def marked(graph: Graph, lots: Iterable[LotId]) -> Mark:
    """The mark of the answer about these lots together, as of now."""
    view = graph.view()
    reached = _reached(view, lots)
    numbers = np.flatnonzero(reached).astype(np.int32)
    found = Walked([numbers], None)
    lines = Picked(view, found, view.base.shipped, view.recent.shipped).count
    return Mark(graph.numbering, blake2b(numbers.data, digest_size=16).digest(), lines)


def among(graph: Graph, lots: Iterable[LotId], asked_for: Iterable[LotId]) -> set[LotId]:
    """Those of ``asked_for`` that any of the lots reached, or are one of them."""
    view = graph.view()
    reached = _reached(view, lots)
    numbers = {one: view.recent.find(one) for one in asked_for}
    return {one for one, number in numbers.items() if number >= 0 and reached[number]}


def _reached(view: View, lots: Iterable[LotId]) -> npt.NDArray[np.bool_]:
    """Of every lot, whether it was reached from any of these."""
    reached = np.zeros(view.count, np.bool_)
    for lot in lots:
        start = view.recent.find(lot)
        if start >= 0 and not reached[start]:  # what is reached has led on already
            for level in walk(view, view.forward, start).levels:
                reached[level] = True
    return reached
