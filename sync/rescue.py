"""What a station does for a server that was put back from an old copy.

It shows the newest checkpoint it saw, signed by the server itself; if it is a keeper, it gives the
server's own log back. Its records follow by the ordinary way, once the server is whole again.
"""

from __future__ import annotations

from sync.checkpoint import Checkpoint
from sync.faults import Fault
from sync.framing import BadFrame
from sync.keeper import Keeper
from sync.protocol import Head, SyncService
from sync.tail import unpack_tail
from sync.witness import Witness
from sync.writer import OnWriter

MOST_TAILS = 20
"""Tails fetched in one round: keeping never holds up the station's own records."""


class Rescue:
    """A station's help. Any thread, by ``on_writer``."""

    def __init__(
        self, service: SyncService, witness: Witness, keeper: Keeper, on_writer: OnWriter
    ) -> None:
        """``witness`` knows the newest checkpoint, ``keeper`` the sealed log."""
        self._service, self._witness, self._keeper = service, witness, keeper
        self._on_writer = on_writer

    def needed(self, head: Head) -> bool:
        """Whether the server lacks what it signed."""
        return head.recovery or self._unknown_to(head) is not None

    def run(self, head: Head) -> None:
        """Show what the server signed, and give back what is kept of it. Raises Fault."""
        note = self._unknown_to(head)
        if note is not None:
            self._service.present(note)
        tails = self._on_writer(lambda: list(self._keeper.from_(head.log)))
        for tail in tails:
            self._service.give_tail(tail.box)

    def keep(self, checkpoint: Checkpoint) -> None:
        """Fetch and keep the log up to a checkpoint; some of it, if it is much. Raises Fault."""
        for _ in range(MOST_TAILS):
            start = self._on_writer(lambda: self._keeper.size)
            if start >= checkpoint.size:
                return
            data = self._service.tail(start, checkpoint.size)
            try:
                tail = unpack_tail(data)
            except BadFrame as error:
                raise Fault("answer-not-understood", str(error)) from error
            self._on_writer(lambda tail=tail: self._keeper.keep(tail, checkpoint))  # type: ignore[misc]  # bound now

    def _unknown_to(self, head: Head) -> str | None:
        """The note of the newest checkpoint seen, if the server says less, or another name."""
        seen = self._on_writer(self._witness.seen)
        if head.signed < 0 or seen is None:
            return None
        if seen.size <= head.signed and head.named in {"", seen.origin}:
            return None
        return self._on_writer(self._witness.newest)
