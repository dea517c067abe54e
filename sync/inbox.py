"""Signed WorkPacks that arrived: only newer ones, only from the known server, kept as they came."""

from __future__ import annotations

from sync.engine import Connection
from sync.faults import Fault
from sync.keys import Verifier
from sync.protocol import SyncService
from sync.signed_pack import SignedPack, open_pack
from sync.sqlite import Database, DatabaseError
from sync.writer import OnWriter, directly

_TABLE = """CREATE TABLE IF NOT EXISTS work_pack (
    number INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, data BLOB NOT NULL) STRICT"""


class Inbox:
    """The packs of a station, old ones too: records name the one they were made under."""

    def __init__(self, database: Database, server_verifier: Verifier) -> None:
        """Use the station's database (writer thread only)."""
        self._database = database
        self._verifier = server_verifier
        with database.write() as connection:
            connection.execute(_TABLE)

    def accept(self, data: bytes) -> str:
        """Check and keep a pack; return the content's SHA-256. Again is harmless.

        Raises Fault ``pack-unreadable``, ``pack-not-signed``, ``pack-older`` or ``pack-conflict``.
        """
        pack = open_pack(data, self._verifier)
        newest = self.latest_pack()
        if newest is not None and pack.number <= newest.number:
            return self._known(pack, newest)
        with self._database.write() as connection:
            # The same content issued anew (a later expiry) takes the place of its old issue.
            connection.execute(
                "INSERT OR REPLACE INTO work_pack (number, sha256, data) VALUES (?, ?, ?)",
                (pack.number, pack.sha256, data),
            )
        return pack.sha256

    def _known(self, pack: SignedPack, newest: SignedPack) -> str:
        if pack.number < newest.number:
            raise Fault("pack-older", f"{pack.number} after {newest.number}")
        if pack.sha256 != newest.sha256:
            raise Fault("pack-conflict", f"number {pack.number}")
        return pack.sha256

    def latest(self) -> tuple[str, bytes] | None:
        """SHA-256 and content of the pack in force, or None."""
        pack = self.latest_pack()
        return None if pack is None else (pack.sha256, pack.content)

    def latest_pack(self) -> SignedPack | None:
        """The pack in force with number and expiry; its signature is checked again."""
        return self._read("SELECT data FROM work_pack ORDER BY number DESC LIMIT 1", ())

    def get(self, sha256: str) -> bytes | None:
        """Content of an earlier pack, or None."""
        pack = self._read("SELECT data FROM work_pack WHERE sha256 = ?", (sha256,))
        return None if pack is None else pack.content

    def _read(self, query: str, values: tuple[str, ...]) -> SignedPack | None:
        with self._database.read() as connection:
            row = connection.execute(query, values).fetchone()
        return None if row is None else open_pack(bytes(row[0]), self._verifier)


def fetch_work_pack(
    service: SyncService, inbox: Inbox, on_writer: OnWriter = directly
) -> str | None:
    """Ask the server for a newer pack and keep it; its SHA-256, or None if there is none.

    Raises Fault of the service or of ``Inbox.accept``. The network is never on the writer thread.
    """
    newest = on_writer(inbox.latest_pack)
    data = service.work_pack(newest.sha256 if newest is not None else "")
    return None if data is None else on_writer(lambda: inbox.accept(data))


def kept_content(connection: Connection) -> bytes:
    """Content of the newest pack kept in a database that is only read; empty if there is none.

    Its signature was checked when it came in, and is not looked at here.
    """
    try:
        row = connection.execute(
            "SELECT data FROM work_pack ORDER BY number DESC LIMIT 1"
        ).fetchone()
    except DatabaseError:  # the table is made when the first pack is awaited
        return b""
    return bytes(row[0]).split(b"\n", 2)[-1] if row else b""


def kept_pack(connection: Connection, server: Verifier) -> SignedPack | None:
    """The newest pack kept in a database that is only read, its signature checked; or None.

    Raises Fault ``pack-unreadable`` or ``pack-not-signed``.
    """
    try:
        row = connection.execute(
            "SELECT data FROM work_pack ORDER BY number DESC LIMIT 1"
        ).fetchone()
    except DatabaseError:  # as above
        return None
    return None if row is None else open_pack(bytes(row[0]), server)
