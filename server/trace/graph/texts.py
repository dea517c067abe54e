"""Texts, and the records and statements behind edges, by their places in the arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.trace.graph import amounts
from server.trace.graph.facts import HISTORY, Source

if TYPE_CHECKING:
    from server.trace.graph.base import Base


class Texts:
    """Reads them, and remembers texts."""

    def __init__(self, base: Base) -> None:
        """Of ``base``."""
        self._texts, self._sources, self._jobs = base.texts, base.sources, base.jobs
        self._read: dict[int, str] = {}

    def text(self, place: int) -> str:
        """One of the texts."""
        found = self._read.get(place)
        if found is None:
            found = self._read[place] = self._texts.text(place)
        return found

    def amount(self, digits: int, decimals: int) -> str:
        """A quantity."""
        if decimals == amounts.TEXT:
            return self.text(digits)
        return amounts.unpacked(digits, decimals)

    def source(self, place: int) -> Source:
        """The record or statement behind an edge."""
        if place < 0:
            return HISTORY
        sources, job = self._sources, int(self._sources.job[place])
        said = {
            name: self.text(int(getattr(sources, name)[place]))
            for name in ("kind", "operation", "person", "station", "origin")
        }
        return Source(
            **said,
            job="" if job < 0 else self._jobs.text(job),
            index=int(sources.index[place]),
            effect=bool(sources.effect[place]),
        )
