"""A station's own earlier log, downloaded back and verified: what a lost disk leaves behind.

The pages are kept as they arrive, so that a download goes on where it broke off; they count only
once the whole is proved by the server's receipt and, where the old key is still there, by that.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from sync.checkpoint import BadNote, Checkpoint, open_note
from sync.faults import Fault
from sync.framing import BATCH_ENTRIES
from sync.journal_types import Stored
from sync.keys import Verifier
from sync.merkle import CompactRange, leaf_hash
from sync.protocol import Head, SyncService
from sync.receipt import open_receipt
from sync.sqlite import Database

_TABLES = (
    """CREATE TABLE IF NOT EXISTS past (
        origin TEXT NOT NULL, idx INTEGER NOT NULL, data BLOB NOT NULL,
        PRIMARY KEY (origin, idx)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS past_log (
        origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root TEXT NOT NULL,
        receipt TEXT NOT NULL, proved_by TEXT NOT NULL) STRICT""",
)
_PAGE = 500


class PastLog(msgspec.Struct, frozen=True):
    """An earlier log of this station that was downloaded and proved."""

    origin: str
    size: int
    root: str
    """Hex."""
    receipt: str
    """The server's newest receipt over it; empty if the server keeps nothing."""
    proved_by: Literal["own-key", "receipt"]
    """By the old key's signed head and the receipt, or by the receipt alone (the key is lost)."""

    def named(self) -> dict[str, object]:
        """As ``sync/opened`` names its predecessor."""
        return {
            "origin": self.origin,
            "size": self.size,
            "root": self.root,
            "receipt": self.receipt,
            "proved_by": self.proved_by,
        }


class Past:
    """Earlier logs of this station. Writer thread only."""

    def __init__(self, database: Database) -> None:
        """In the database of the new journal."""
        self._database = database
        with database.write() as connection:
            for table in _TABLES:
                connection.execute(table)

    def logs(self) -> list[PastLog]:
        """The earlier logs that were proved, oldest epoch first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT origin, size, root, receipt, proved_by FROM past_log"
            ).fetchall()
        return sorted((PastLog(*row) for row in rows), key=lambda log: _epoch(log.origin))

    def entries(self, origin: str, start: int, stop: int) -> list[Stored]:
        """Entries of an earlier log."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT idx, data FROM past WHERE origin = ? AND idx >= ? AND idx < ? ORDER BY idx",
                (origin, start, stop),
            ).fetchall()
        return [Stored(index, leaf_hash(data).hex(), data) for index, data in rows]

    def fetch(
        self, service: SyncService, origin: str, server: Verifier, own: Verifier | None
    ) -> PastLog:
        """Download a whole earlier log and prove it; ``own``: its old key, if still there.

        Raises Fault ``past-not-proved`` if the entries are not those that were signed; what was
        downloaded then does not count.
        """
        head = service.head(origin)
        range_ = self._held(origin)
        while range_.size < head.size:
            page = service.pull(origin, range_.size, min(range_.size + BATCH_ENTRIES, head.size))
            if not page:
                raise Fault("server-error", f"no entry {range_.size} of {head.size}")
            self._keep(origin, range_, page)
        if range_.size != head.size or range_.root().hex() != head.root:
            self._drop(origin)
            raise Fault("past-not-proved", f"the entries of {origin} are not under their head")
        log = _proved(origin, head, server, own)
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO past_log VALUES (?, ?, ?, ?, ?)",
                msgspec.structs.astuple(log),
            )
        return log

    def _held(self, origin: str) -> CompactRange:
        range_ = CompactRange()
        while rows := self.entries(origin, range_.size, range_.size + _PAGE):
            for row in rows:
                range_.append(bytes.fromhex(row.ref))
        return range_

    def _keep(self, origin: str, range_: CompactRange, page: tuple[bytes, ...]) -> None:
        with self._database.write() as connection:
            connection.executemany(
                "INSERT INTO past (origin, idx, data) VALUES (?, ?, ?)",
                [(origin, index, data) for index, data in enumerate(page, range_.size)],
            )
        for data in page:
            range_.append(leaf_hash(data))

    def _drop(self, origin: str) -> None:
        with self._database.write() as connection:
            connection.execute("DELETE FROM past WHERE origin = ?", (origin,))


def _epoch(origin: str) -> int:
    return int(origin.rpartition("/")[2])


def _proved(origin: str, head: Head, server: Verifier, own: Verifier | None) -> PastLog:
    """The log as proved by receipt and own head. Raises Fault ``past-not-proved``."""
    if head.size == 0:
        return PastLog(origin, 0, head.root, "", "receipt")
    expected = Checkpoint(origin, head.size, bytes.fromhex(head.root))
    try:
        found = [open_receipt(head.receipt, server).checkpoint]
        if own is not None:
            found.append(open_note(head.note, own, origin))
    except BadNote as error:
        raise Fault("past-not-proved", f"{origin}: {error}") from error
    if any(one != expected for one in found):
        raise Fault("past-not-proved", f"{origin}: signed is another state")
    by: Literal["own-key", "receipt"] = "own-key" if own is not None else "receipt"
    return PastLog(origin, head.size, head.root, head.receipt, by)
