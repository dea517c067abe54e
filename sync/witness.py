"""The station as the server's witness: it remembers the newest checkpoint and demands proof."""

from __future__ import annotations

from sync.checkpoint import BadNote, Checkpoint, cosign, open_note
from sync.clock import Clock
from sync.faults import Fault
from sync.keys import Signer, Verifier
from sync.merkle import verify_consistency
from sync.sqlite import Database

_TABLES = (
    """CREATE TABLE IF NOT EXISTS witnessed (
    id INTEGER PRIMARY KEY CHECK (id = 1), note TEXT NOT NULL) STRICT""",
    """CREATE TABLE IF NOT EXISTS witnessed_before (
    note TEXT PRIMARY KEY, told BLOB NOT NULL) STRICT""",
)


class Witness:
    """What this station saw of the server's global log. Writer thread only."""

    def __init__(
        self, database: Database, server_verifier: Verifier, signer: Signer, clock: Clock
    ) -> None:
        """``signer`` is the station's key; ``clock`` dates cosignatures."""
        self._database = database
        self._verifier = server_verifier
        self._signer = signer
        self._clock = clock
        with database.write() as connection:
            for statement in _TABLES:
                connection.execute(statement)

    @property
    def log(self) -> str:
        """The first name of the server's log: that of its key."""
        return self._verifier.name

    def newest(self) -> str | None:
        """The newest checkpoint's note, or None."""
        with self._database.read() as connection:
            row = connection.execute("SELECT note FROM witnessed").fetchone()
        return None if row is None else row[0]

    def seen(self) -> Checkpoint | None:
        """The newest checkpoint, or None."""
        note = self.newest()
        return None if note is None else open_note(note, self._verifier)

    def read(self, note: str) -> Checkpoint:
        """The checkpoint in a note of the server. Raises Fault ``server-key-unknown``."""
        try:
            return open_note(note, self._verifier)
        except BadNote as error:
            raise Fault("server-key-unknown", str(error)) from error

    def needs_proof(self, note: str) -> tuple[int, int] | None:
        """Sizes between which consistency must be proved before ``observe``; None if not needed."""
        seen, now = self.seen(), self.read(note)
        if seen is None or seen.size in (0, now.size) or seen.origin != now.origin:
            return None
        return (seen.size, now.size) if seen.size < now.size else None

    def observe(self, note: str, proof: tuple[bytes, ...] = ()) -> str:
        """Take a checkpoint as the newest, if it continues the last one; return it cosigned.

        Raises Fault ``server-log-rolled-back`` or ``server-log-forked``: an alarm, nothing is kept.
        """
        seen, now = self.seen(), self.read(note)
        if seen is not None:
            self._continues(seen, now, proof)
        with self._database.write() as connection:
            connection.execute("INSERT OR REPLACE INTO witnessed (id, note) VALUES (1, ?)", (note,))
        seconds = max(0, int(self._clock.wall().timestamp()))  # a clock can be before 1970
        return cosign(note, self._signer, seconds)

    def succeed(self, note: str, told: bytes) -> None:
        """Go over to a log of a later epoch; the checkpoint seen before is kept, with the reason.

        Judged by the caller (:class:`sync.succession.Succession`).
        """
        before = self.newest()
        with self._database.write() as connection:
            if before is not None:
                connection.execute(
                    "INSERT OR REPLACE INTO witnessed_before (note, told) VALUES (?, ?)",
                    (before, told),
                )
            connection.execute("INSERT OR REPLACE INTO witnessed (id, note) VALUES (1, ?)", (note,))

    def before(self) -> list[tuple[str, bytes]]:
        """Checkpoints of logs that were not gone on with, and the leaf that told why."""
        with self._database.read() as connection:
            return connection.execute("SELECT note, told FROM witnessed_before").fetchall()

    @staticmethod
    def _continues(seen: Checkpoint, now: Checkpoint, proof: tuple[bytes, ...]) -> None:
        if seen.origin != now.origin:
            raise Fault("server-log-forked", f"{now.origin} after {seen.origin}")
        if now.size < seen.size:
            raise Fault("server-log-rolled-back", f"{now.size} after {seen.size}")
        if now.size == seen.size:
            good = now.root == seen.root
        else:
            good = seen.size == 0 or verify_consistency(
                seen.size, now.size, proof, seen.root, now.root
            )
        if not good:
            raise Fault("server-log-forked", f"{seen.mark()} is not in {now.mark()}")
