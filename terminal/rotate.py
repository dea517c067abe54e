"""Changing a station's key by rule: cross-signed inside its own log, resumable at every point.

Three files: ``station.key`` is the key in force, ``station.key.next`` the one to come (made first),
``station.key.before`` the one that went (kept until the server knows). While either of the others
is there, the kiosk does not start and says to run this again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.faults import Fault
from sync.journal import Journal
from sync.keys import FileSigner
from sync.outbox import Outbox
from sync.sqlite import open_database
from terminal.config import DATABASE_FILE
from terminal.enrol import KEY_BEFORE, KEY_FILE, KEY_NEXT

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.clock import Clock
    from sync.keys import Signer, Verifier
    from sync.protocol import SyncService
    from sync.sqlite import Database
    from terminal.config import StationConfig


class Rotation:
    """One station's change of key; :meth:`run` may be repeated until it returns."""

    def __init__(
        self,
        config: StationConfig,
        clock: Clock,
        secret: bytes,
        server: Verifier,
        service: Callable[[Signer], SyncService],
    ) -> None:
        """``service`` makes the server's door for a key; ``secret`` is the machine's."""
        self._folder, self._origin = config.data, config.station.origin
        self._clock, self._secret = clock, secret
        self._server, self._service = server, service

    def run(self) -> Signer:
        """Change the key; the new one, known to the server. Raises Fault."""
        database = open_database(self._folder / DATABASE_FILE)
        try:
            if not (self._folder / KEY_BEFORE).exists():
                self._rotate(database)
            return self._tell(database)
        finally:
            database.close()

    def _rotate(self, database: Database) -> None:
        """Send everything, let the old key sign itself off, put the new one in force here."""
        old, new = self._load(KEY_FILE), self._next()
        if not self._done(database, new):
            journal = Journal(database, self._origin, old, self._clock)
            Outbox(journal, self._service(old), self._server).drain()
            if journal.counts().accepted < journal.size:  # the time beacon of that very receipt
                Outbox(journal, self._service(old), self._server).drain()
            journal.rotate(new)
        (self._folder / KEY_FILE).rename(self._folder / KEY_BEFORE)
        (self._folder / KEY_NEXT).rename(self._folder / KEY_FILE)

    def _done(self, database: Database, new: Signer) -> bool:
        """Whether the journal's head is the new key's already: interrupted before the renames."""
        try:
            Journal(database, self._origin, new, self._clock)
        except Fault as fault:
            if fault.code != "journal-damaged":
                raise
            return False
        return True

    def _tell(self, database: Database) -> Signer:
        """Hand the rotation over with the old key; then nobody needs that any more."""
        new = self._load(KEY_FILE)
        journal = Journal(database, self._origin, new, self._clock)
        for signer in (new, self._load(KEY_BEFORE)):
            try:
                Outbox(journal, self._service(signer), self._server).drain()
            except Fault as fault:
                if fault.code != "station-not-enrolled" or signer is not new:
                    raise
                continue  # the server does not know the new key yet
            break
        (self._folder / KEY_BEFORE).unlink()
        return new

    def _next(self) -> Signer:
        path = self._folder / KEY_NEXT
        if path.exists():
            return self._load(KEY_NEXT)
        return FileSigner.create(path, self._origin, self._secret)

    def _load(self, name: str) -> Signer:
        return FileSigner.load(self._folder / name, self._secret)
