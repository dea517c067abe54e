"""Sends photos and files behind the records, in pieces short enough that no record waits long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sync.attachments import PIECE_LIMIT
from sync.faults import Fault
from sync.journal import Journal
from sync.protocol import SyncService
from sync.writer import OnWriter

FIRST_PIECE = 8 * 1024
"""Bytes: one second of a line of 64 kbit/s."""
LEAST_PIECE = 2 * 1024
QUICK_NS, SLOW_NS = 250_000_000, 2_000_000_000
"""A piece that took less is followed by a larger one, and one that took more by a smaller one."""
_MOST_STALLS = 3


class _Open(NamedTuple):
    """The file that is on its way."""

    digest: str
    data: bytes
    have: int
    """How many bytes of it the server has."""


class Parcels:
    """What a station's journal keeps beside its entries, on its way to the server.

    A file that was begun is gone on with where the server has it, after a failure too.
    """

    def __init__(self, journal: Journal, service: SyncService, on_writer: OnWriter) -> None:
        """As ``sync.outbox.Outbox``."""
        self._journal, self._service, self._on_writer = journal, service, on_writer
        self._piece = FIRST_PIECE
        self._open: _Open | None = None

    def waiting(self) -> int:
        """How many files the server has not confirmed."""
        return self._on_writer(self._waiting)

    def _waiting(self) -> int:
        return self._journal.attachments.waiting()

    def send(self) -> Iterator[bool]:
        """Send piece by piece, oldest file first; after each, whether it ended a file.

        A file that is refused or hurt stops no other: it stays to be sent, and the first such
        Fault is raised in the end. Any other Fault is raised at once.
        """
        refused: Fault | None = None
        row = 0
        while (found := self._after(row)) is not None:
            row, digest = found
            try:
                yield from self._send(digest)
            except Fault as fault:
                if fault.kind != "permanent":
                    raise
                refused = refused or fault
        if refused is not None:
            raise refused

    def _after(self, row: int) -> tuple[int, str] | None:
        return self._on_writer(lambda: self._journal.attachments.unsent_after(row))

    def _send(self, digest: str) -> Iterator[bool]:
        """One file, from where the server has it."""
        at, stalls = self._begun(digest), 0
        while at.have < len(at.data):
            have = self._timed(at)
            stalls = 0 if have > at.have else stalls + 1
            if stalls > _MOST_STALLS:
                raise Fault("server-error", "the server keeps losing its place in a file")
            self._open = at = at._replace(have=have)
            if have < len(at.data):
                yield False
        self._on_writer(lambda: self._journal.attachments.mark_sent(digest))
        self._open = None
        yield True

    def _begun(self, digest: str) -> _Open:
        """The file, and how much of it is there: asked where that may save sending it."""
        if self._open is not None and self._open.digest == digest:
            return self._open
        data = self._on_writer(lambda: self._journal.attachments.get(digest)) or b""
        ask = not data or len(data) > self._piece
        return _Open(digest, data, self._put(digest, data, 0, b"") if ask else 0)

    def _timed(self, at: _Open) -> int:
        """Send the next piece, and let the time it took say how long the one after may be."""
        piece = at.data[at.have : at.have + self._piece]
        begun = self._now()
        try:
            have = self._put(at.digest, at.data, at.have, piece)
        except Fault as fault:
            self._open = None  # whether it arrived is asked
            if fault.kind == "ambiguous":
                self._piece = max(LEAST_PIECE, self._piece // 2)
            raise
        took = self._now() - begun
        if took > SLOW_NS:
            self._piece = max(LEAST_PIECE, self._piece // 2)
        elif took < QUICK_NS and len(piece) == self._piece:
            self._piece = min(PIECE_LIMIT, self._piece * 2)
        return have

    def _put(self, digest: str, data: bytes, start: int, piece: bytes) -> int:
        have = self._service.put_piece(digest, len(data), start, piece)
        if not 0 <= have <= len(data):
            raise Fault("answer-not-understood", f"{have} of {len(data)} bytes")
        return have

    def _now(self) -> int:
        return self._on_writer(lambda: self._journal.time().mono_ns)
