"""What is told of each lot, prepared: its facts and what went into it, as one piece of JSON.

A genealogy is some hundred lots and some hundred edges. Gathered from columns they cost several
times what the walk does; prepared, an answer is one slice for each lot. A piece is an object and a
comma: ``item``, ``lot``, ``supplier``, ``level`` and ``at`` (when it was received or made);
``number``, which names the lot within one answer; and ``made_of``, a list of rows, an edge each
(:func:`row`).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import orjson

from server.trace.graph import moments
from server.trace.graph.base import let_go
from server.trace.graph.draft import Meanings
from server.trace.graph.facts import HISTORY
from server.trace.graph.packed import Packed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from server.trace.graph.base import I64, Edges
    from server.trace.graph.facts import Source
    from server.trace.graph.texts import Texts

    Row = tuple[object, ...]

SOME = 10_000
"""Lots whose pieces are made at a time: their columns are in memory twice."""
_NUMBER, _EDGES = b',"number":', b',"made_of":'
_COLUMNS = ("parents", "digits", "decimals", "unit", "at", "ahead", "known", "source")


def row(parent: int, quantity: str, at: str, known: int, unit: str, source: Source) -> Row:
    """What went in, how much, when, the leaf that brought it; then the unit, and the source.

    What went in by its number; when in RFC 3339, empty if nobody wrote it. The last two are left
    out of imported history that names no unit; its source is null.
    """
    if source == HISTORY:
        return (parent, quantity, at, known, unit, None) if unit else (parent, quantity, at, known)
    return parent, quantity, at, known, unit, source


def piece(about: bytes, number: int, rows: Sequence[Row]) -> bytes:
    """What is told of a lot; ``about``: its facts (:func:`server.trace.graph.draft.members`)."""
    return b"{%b%b%d%b%b}," % (about, _NUMBER, number, _EDGES, orjson.dumps(rows))


def about_of(told: bytes) -> bytes:
    """The facts in a piece. What ends them is in no text, where quotes are escaped."""
    return told[1 : told.index(_NUMBER)]


class _Run(NamedTuple):
    """Lots that follow one another."""

    start: int
    stop: int
    fresh: bool
    """Whether their pieces are made anew."""


class Retold:
    """Makes the pieces of lots whose edges or facts are others than they were."""

    def __init__(self, old: Packed, edges: Edges, texts: Texts, abouts: dict[int, bytes]) -> None:
        """``old`` pieces; all ``edges`` now, with their ``texts``; facts that are new, let go."""
        self._old, self._edges, self._texts, self._abouts = old, edges, texts, abouts
        self._amounts: Meanings[tuple[int, int], str] = Meanings(
            lambda packed: texts.amount(*packed)
        )
        self._moments: Meanings[tuple[int, int], str] = Meanings(
            lambda when: moments.unpacked(*when)
        )

    def all(self, changed: I64, count: int) -> Packed:
        """The pieces of all lots. Those after the old ones are among the changed, which ascend."""
        data, lengths = bytearray(), np.zeros(count + 1, np.int64)
        for run in _runs(changed, count):
            some = lengths[run.start + 1 : run.stop + 1]
            if run.fresh:
                made = self._made(run)
                some[:] = [len(one) for one in made]
                data += b"".join(made)
            else:
                ends = self._old.offsets[run.start : run.stop + 1]
                some[:] = np.diff(ends)
                data += self._old.data[ends[0] : ends[-1]].data
                if len(some) == SOME:
                    let_go(self._old)
        return Packed(np.frombuffer(data, np.uint8), lengths.cumsum())

    def _made(self, run: _Run) -> list[bytes]:
        starts = self._edges.child_starts[run.start : run.stop + 1]
        rows = self._rows(int(starts[0]), int(starts[-1]))
        ends = pairwise((starts - starts[0]).tolist())
        numbers = range(run.start, run.stop)
        return [
            piece(self._about(number), number, rows[begin:end])
            for number, (begin, end) in zip(numbers, ends, strict=True)
        ]

    def _about(self, number: int) -> bytes:
        fresh = self._abouts.pop(number, None)
        return about_of(self._old[number]) if fresh is None else fresh

    def _rows(self, start: int, stop: int) -> list[Row]:
        parents, digits, decimals, units, at, ahead, known, sources = (
            getattr(self._edges, name)[start:stop].tolist() for name in _COLUMNS
        )
        amounts = map(self._amounts.__getitem__, zip(digits, decimals, strict=True))
        times = map(self._moments.__getitem__, zip(at, ahead, strict=True))
        text, source = self._texts.text, self._texts.source
        if not any(map(text, set(units))) and max(sources, default=-1) < 0:  # nearly all there is
            return [*zip(parents, amounts, times, known, strict=True)]
        by = map(text, units), map(source, sources)
        return [row(*said) for said in zip(parents, amounts, times, known, *by, strict=True)]


def _runs(changed: I64, count: int) -> Iterator[_Run]:
    """All lots in order, some at a time."""
    at = 0
    for some in np.split(changed, np.flatnonzero(np.diff(changed) != 1) + 1):
        start, stop = (int(some[0]), int(some[-1]) + 1) if len(some) else (at, at)
        yield from _parts(at, start, fresh=False)
        yield from _parts(start, stop, fresh=True)
        at = stop
    yield from _parts(at, count, fresh=False)


def _parts(start: int, stop: int, *, fresh: bool) -> Iterator[_Run]:
    for part in range(start, stop, SOME):
        yield _Run(part, min(stop, part + SOME), fresh)
