"""Handing over a history that is not the server's: whole, resumable, byte for byte.

Signed records are evidence whatever became of the log they are in. Where a station's log and the
server's part, the station gives all its own entries from there on; they are kept beside the log.
"""

from __future__ import annotations

from sync.faults import Fault
from sync.framing import BATCH_ENTRIES
from sync.journal import Journal
from sync.protocol import Gap, Kept, SyncService
from sync.writer import OnWriter, directly


class Handover:
    """Finds where two histories part, and hands over this station's one from there."""

    def __init__(
        self,
        journal: Journal,
        service: SyncService,
        on_writer: OnWriter = directly,
        most_entries: int = BATCH_ENTRIES,
    ) -> None:
        """As for ``sync.outbox.Outbox``."""
        self._journal, self._service, self._on_writer = journal, service, on_writer
        self._most_entries = most_entries

    def parting(self, have: int) -> int:
        """How many first entries agree with the server, which keeps ``have``; log2 questions."""
        low, high = 0, min(have, self._on_writer(lambda: self._journal.size))
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.agrees(middle) else (low, middle - 1)
        return low

    def agrees(self, size: int) -> bool:
        """Whether the first ``size`` entries here are the server's."""
        ours = self._on_writer(lambda: self._journal.root_at(size)).hex()
        return ours == self._service.root(self._journal.origin, size)

    def run(self, parting: int) -> Kept | None:
        """Hand over everything from ``parting`` on; None if there is nothing. Raises Fault.

        Again is harmless: the server says how far it has the branch, and it goes on from there.
        """
        position, kept = parting, None
        while position < self._on_writer(lambda: self._journal.size):
            kept = self._one(position)
            if kept.have <= position:
                raise Fault("server-error", f"the evidence does not grow beyond {position}")
            position = kept.have
        return kept

    def _one(self, position: int) -> Kept:
        batch = self._on_writer(lambda: self._journal.batch(position, self._most_entries))
        origin = self._journal.origin
        answer = self._service.hand_over(origin, batch.start, batch.entries, batch.head)
        if isinstance(answer, Gap):
            raise Fault("server-error", f"the server lost the branch at {position}")
        return answer
