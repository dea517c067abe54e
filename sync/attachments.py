"""Photos and files beside the log: kept by hash, sent after the entries that name them."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from sync.faults import Fault
from sync.sqlite import Database

ATTACHMENT_LIMIT = 8 * 1024 * 1024
"""Most bytes of one attachment."""
PIECE_LIMIT = 1024 * 1024
"""Most bytes of an attachment in one message."""


class Attachments:
    """The attachments of a journal; writer thread only."""

    def __init__(self, database: Database) -> None:
        """Use the journal's database, whose tables exist."""
        self._database = database

    @staticmethod
    def digest(data: bytes) -> str:
        """What the bytes are kept under: their SHA-256 in hex."""
        return sha256(data).hexdigest()

    def put(self, data: bytes) -> str:
        """Keep ``data`` durably and return its SHA-256 in hex; again is harmless."""
        if len(data) > ATTACHMENT_LIMIT:
            raise Fault("attachment-too-large", f"{len(data)} bytes")
        digest = self.digest(data)
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO attachment (sha256, data) VALUES (?, ?) ON CONFLICT DO NOTHING",
                (digest, data),
            )
        return digest

    def get(self, digest: str) -> bytes | None:
        """The bytes, or None if unknown. Raises Fault ``attachment-damaged``."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT data FROM attachment WHERE sha256 = ?", (digest,)
            ).fetchone()
        if row is None:
            return None
        if self.digest(row[0]) != digest:
            raise Fault("attachment-damaged", digest)
        return bytes(row[0])

    def sound(self, digest: str) -> bool:
        """Whether it is here, and as it was."""
        try:
            return self.get(digest) is not None
        except Fault:
            return False

    def put_back(self, data: bytes) -> str:
        """Keep bytes that a disk spoilt as they were; to be told by an entry. Their digest."""
        digest = self.digest(data)
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO attachment (sha256, sent, data) VALUES (?, 1, ?)"
                " ON CONFLICT (sha256) DO UPDATE SET data = excluded.data",
                (digest, data),
            )
            connection.execute(
                "INSERT INTO healed_file (sha256) VALUES (?)"
                " ON CONFLICT (sha256) DO UPDATE SET told = 0",
                (digest,),
            )
        return digest

    def healed(self, most: int) -> list[str]:
        """So many of those that were put back and are not told of yet."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT sha256 FROM healed_file WHERE told = 0 ORDER BY sha256 LIMIT ?", (most,)
            ).fetchall()
        return [row[0] for row in rows]

    def healed_told(self, digests: list[str]) -> None:
        """An entry tells of these."""
        with self._database.write() as connection:
            connection.executemany(
                "UPDATE healed_file SET told = 1 WHERE sha256 = ?", [(one,) for one in digests]
            )

    def after(self, digest: str) -> str:
        """The next digest behind this one; empty if there is none."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT min(sha256) FROM attachment WHERE sha256 > ?", (digest,)
            ).fetchone()
        return row[0] or ""

    def waiting(self) -> int:
        """How many the server has not confirmed."""
        with self._database.read() as connection:
            row = connection.execute("SELECT count(*) FROM attachment WHERE sent = 0").fetchone()
        return int(row[0])

    def unsent_after(self, row: int) -> tuple[int, str] | None:
        """Row and digest of the oldest behind ``row`` that the server has not confirmed."""
        with self._database.read() as connection:
            found = connection.execute(
                "SELECT rowid, sha256 FROM attachment WHERE sent = 0 AND rowid > ?"
                " ORDER BY rowid LIMIT 1",
                (row,),
            ).fetchone()
        return (int(found[0]), str(found[1])) if found else None

    def mark_sent(self, digest: str) -> None:
        """The server has it."""
        with self._database.write() as connection:
            connection.execute("UPDATE attachment SET sent = 1 WHERE sha256 = ?", (digest,))

    def offer(self, digests: Iterable[str]) -> None:
        """The server asks for these again."""
        with self._database.write() as connection:
            connection.executemany(
                "UPDATE attachment SET sent = 0 WHERE sha256 = ?", [(one,) for one in digests]
            )

    def send_again(self) -> None:
        """The server lost its newest state: offer all attachments again."""
        with self._database.write() as connection:
            connection.execute("UPDATE attachment SET sent = 0")
