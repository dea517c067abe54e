"""A station whose disk was lost, put back or copied: set aside, fetch back, begin the next epoch.

Nothing is deleted. The old files are moved into a folder of their own; what their log still holds
is handed over; the entries the server keeps come back, proved; and the new log's first entry names
what it continues, why, and who did it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from sync.faults import Fault
from sync.journal import Journal
from sync.keys import FileSigner, Verifier
from sync.outbox import Outbox
from sync.past import Past
from sync.sqlite import open_database
from terminal.config import DATABASE_FILE
from terminal.enrol import KEY_FILE
from terminal.station import HEAD_FILE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sync.clock import Clock
    from sync.keys import Signer
    from sync.past import PastLog
    from sync.protocol import SyncService
    from terminal.config import StationConfig

OLD_FILES = (DATABASE_FILE, f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm", KEY_FILE, HEAD_FILE)


class Restored(NamedTuple):
    """What came of it."""

    past: PastLog
    """The log that is continued."""
    handed_over: str
    """What became of the old log's tail: empty if it had none, else a fault code or ``sent``."""


class Restore:
    """One station's way into its next epoch; each step may be repeated."""

    def __init__(
        self,
        config: StationConfig,
        clock: Clock,
        secret: bytes,
        server: Verifier,
        service: Callable[[Signer], SyncService],
    ) -> None:
        """``service`` makes the server's door for a key; ``secret`` is the machine's."""
        self._config, self._clock, self._secret = config, clock, secret
        self._server, self._service = server, service

    @property
    def before(self) -> str:
        """The origin of the epoch before; empty for the first."""
        head, _, epoch = self._config.station.origin.rpartition("/")
        return f"{head}/{int(epoch) - 1}" if int(epoch) > 1 else ""

    @property
    def aside(self) -> Path:
        """Where the files of the epoch before are kept."""
        return self._config.data / f"epoch-{self.before.rpartition('/')[2]}"

    def set_aside(self) -> bool:
        """Move the old epoch's files away; whether there were any. Raises Fault.

        Refused (``restore-not-needed``) if the key there is already of the configured epoch's.
        """
        if not self.before:
            raise Fault("restore-first-epoch", self._config.station.origin)
        old = self._old_origin()
        if old == self._config.station.origin:
            if (self._config.data / DATABASE_FILE).exists():
                raise Fault("restore-not-needed", old)
            return False
        found = [path for name in OLD_FILES if (path := self._config.data / name).exists()]
        self.aside.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in found:
            target = self.aside / path.name
            if target.exists():
                raise Fault("restore-not-needed", f"{target} is there already")
            path.rename(target)
        return bool(found)

    def _old_origin(self) -> str:
        """Whose key is there; empty if there is none that can be read."""
        with suppress(Fault):
            return FileSigner.load(self._config.data / KEY_FILE, self._secret).name
        return ""

    def _old_key(self) -> FileSigner | None:
        """The key of the epoch before, if it can still be used."""
        with suppress(Fault):
            signer = FileSigner.load(self.aside / KEY_FILE, self._secret)
            return signer if signer.name == self.before else None
        return None

    def finish(
        self, signer: Signer, reason: str, person: str, marks: tuple[str, ...] = ()
    ) -> Restored:
        """Once the new key is enrolled: hand the old tail over, fetch back, open the new log.

        ``marks`` of this machine go into the new log's first entry (``terminal.machine``).
        """
        old = self._old_key()
        handed_over = self._hand_over(old) if old is not None else ""
        database = open_database(self._config.data / DATABASE_FILE)
        try:
            own = Verifier.of(old) if old is not None else None
            log = Past(database).fetch(self._service(signer), self.before, self._server, own)
            opened = {"reason": reason, "person": person, "previous": log.named()}
            if marks:
                opened["machine"] = list(marks)
            origin = self._config.station.origin
            Journal(database, origin, signer, self._clock, opened=opened)
        finally:
            database.close()
        return Restored(log, handed_over)

    def _hand_over(self, old: FileSigner) -> str:
        """Send what the old log holds, as log or as evidence; a fault code says what it was."""
        path = self.aside / DATABASE_FILE
        if not path.exists():
            return ""
        try:
            database = open_database(path)
        except Fault as fault:
            return fault.code
        try:
            journal = Journal(database, old.name, old, self._clock)
            Outbox(journal, self._service(old), self._server).drain()
        except Fault as fault:
            return fault.code
        finally:
            database.close()
        return "sent"
