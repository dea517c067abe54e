"""Changing a station's key by rule: cross-signed inside its own log, resumable at every point.

Three keys: ``station.key`` is the one in force, ``station.key.next`` the one to come (made first),
``station.key.before`` the one that went (kept until the server knows). They are files, or keys on a
token whose labels end so. While a change is under way, ``station.key.changing`` stands in the data
folder: the kiosk does not start and says to run this again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync import files
from sync.faults import Fault
from sync.journal import Journal
from sync.outbox import Outbox
from sync.sqlite import open_database
from terminal.config import DATABASE_FILE
from terminal.enrol import KEY_BEFORE, KEY_CHANGING, KEY_FILE, KEY_NEXT, key_holder

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
        self._folder, self._origin, self._place = config.data, config.station.origin, config.key
        self._keys, self._clock = key_holder(config, secret), clock
        self._server, self._service = server, service

    def run(self) -> Signer:
        """Change the key; the new one, known to the server. Raises Fault."""
        changing = self._folder / KEY_CHANGING
        if not changing.exists():
            files.create(changing, b"")
        database = open_database(self._folder / DATABASE_FILE)
        try:
            if not self._has(KEY_BEFORE):
                self._rotate(database)
            for old, new in ((KEY_FILE, KEY_BEFORE), (KEY_NEXT, KEY_FILE)):
                self._keys.move(self._place, old, new, self._origin)
            signer = self._tell(database)
        finally:
            database.close()
        changing.unlink()
        return signer

    def _rotate(self, database: Database) -> None:
        """Send everything, and let the old key sign itself off."""
        old, new = self._load(KEY_FILE), self._next()
        if self._done(database, new):
            return
        journal = Journal(database, self._origin, old, self._clock)
        Outbox(journal, self._service(old), self._server).drain()
        if journal.counts().accepted < journal.size:  # the time beacon of that very receipt
            Outbox(journal, self._service(old), self._server).drain()
        journal.rotate(new)

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
        self._keys.remove(self._place, KEY_BEFORE, self._origin)
        return new

    def _next(self) -> Signer:
        if self._has(KEY_NEXT):
            return self._load(KEY_NEXT)
        return self._keys.create(self._place, KEY_NEXT, self._origin)

    def _has(self, name: str) -> bool:
        return self._keys.has(self._place, name, self._origin)

    def _load(self, name: str) -> Signer:
        return self._keys.load(self._place, name, self._origin)
