"""Reads a journal again in slices, so that a disk that forgets is found out within a day.

A slice every five seconds goes through a million records in 24 hours. What is read is compared
with what was signed: entry by entry with its leaf hash, all of them with the signed head, and each
photo or file with the digest it is kept under.
"""

from __future__ import annotations

from sync.faults import Fault
from sync.journal import Journal
from sync.merkle import CompactRange, leaf_hash

SLICE = 64
"""Entries of one step."""


class Scrub:
    """One pass after another over a journal; writer thread only."""

    def __init__(self, journal: Journal) -> None:
        """Begin at the first entry."""
        self._journal = journal
        self._range = CompactRange()
        self._file = ""
        self.passes = 0
        """How often the whole journal was found sound."""

    def step(self, most: int = SLICE) -> None:
        """Look at the next slice. Raises Fault ``journal-damaged`` or ``attachment-damaged``."""
        journal, start = self._journal, self._range.size
        stop = min(start + most, journal.size)
        for entry in journal.entries(start, stop):
            self._range.append(leaf_hash(entry.data))
        if self._range.size != stop:
            raise Fault("journal-damaged", f"entry {self._range.size} is missing")
        self._next_file()
        if stop == journal.size and not self._file:
            self._compare()

    def _next_file(self) -> None:
        """One photo or file a step: they are large and few."""
        attachments = self._journal.attachments
        self._file = attachments.after(self._file)
        if self._file and attachments.get(self._file) is None:
            raise Fault("attachment-damaged", self._file)

    def _compare(self) -> None:
        """The end of a pass: these are the entries that were signed."""
        if self._range.root() != self._journal.head().checkpoint.root:
            raise Fault("journal-damaged", "the entries are not those that were signed")
        self._range = CompactRange()
        self.passes += 1
