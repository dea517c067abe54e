"""Putting back photos and files that a disk forgot, from the server: their digest proves them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sync import envelope
from sync.attachments import ATTACHMENT_LIMIT, Attachments
from sync.faults import Fault
from sync.protocol import SyncService
from sync.sqlite import Database
from sync.verify_signatures import attached

PIECE = 128 * 1024
"""Bytes asked for at a time: 16 seconds of a line of 64 kbit/s."""
_PAGE = 500


class HealedFiles(NamedTuple):
    """What came of it, by digest."""

    files: tuple[str, ...]
    """Put back as they were."""
    left: tuple[str, ...]
    """Still damaged: the server does not have them either."""


class FileHealing:
    """Of one journal, in its database; after its entries (``sync.heal``)."""

    def __init__(self, database: Database, service: SyncService) -> None:
        """Nobody writes to the database meanwhile."""
        self._database, self._service = database, service
        self._attachments = Attachments(database)

    def run(self) -> HealedFiles:
        """Find, fetch, compare, put back. Faults of the line pass through; it may be repeated."""
        files, left = list[str](), list[str]()
        wanted = {*self._kept(), *self._named()}
        for digest in sorted(one for one in wanted if not self._attachments.sound(one)):
            data = self._fetch(digest)
            if data is None:
                left.append(digest)
            else:
                files.append(self._attachments.put_back(data))
        return HealedFiles(tuple(files), tuple(left))

    def _kept(self) -> Iterator[str]:
        """Every digest that there are bytes for."""
        digest = ""
        while digest := self._attachments.after(digest):
            yield digest

    def _named(self) -> Iterator[str]:
        """Every digest that an entry names: its row may be gone."""
        start = -1
        while True:
            with self._database.read() as connection:
                rows = connection.execute(
                    "SELECT idx, data FROM entry WHERE idx > ? ORDER BY idx LIMIT ?",
                    (start, _PAGE),
                ).fetchall()
            if not rows:
                return
            start = rows[-1][0]
            for _, data in rows:
                try:
                    yield from attached(envelope.check(data).body)
                except envelope.BadEnvelope:
                    continue

    def _fetch(self, digest: str) -> bytes | None:
        """The bytes with that digest; None if the server has none."""
        data = b""
        while len(data) <= ATTACHMENT_LIMIT:
            try:
                piece = self._service.piece(digest, len(data), PIECE)
            except Fault as fault:
                if fault.kind == "permanent":
                    return None
                raise
            data += piece
            if not piece or len(piece) < PIECE:
                break
        return data if Attachments.digest(data) == digest else None
