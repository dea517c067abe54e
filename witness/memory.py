"""What a witness remembers of each log: the newest checkpoint it cosigned. It never goes back."""

from __future__ import annotations

from sync.checkpoint import Checkpoint, parse_text, split_note
from sync.sqlite import Database

_TABLES = (
    """CREATE TABLE IF NOT EXISTS log (
        origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL)
        STRICT""",
    """CREATE TRIGGER IF NOT EXISTS log_grows BEFORE UPDATE ON log
        WHEN NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
        BEGIN SELECT RAISE(ABORT, 'a log only grows'); END""",
    """CREATE TRIGGER IF NOT EXISTS log_kept BEFORE DELETE ON log
        BEGIN SELECT RAISE(ABORT, 'a log is never forgotten'); END""",
)
_ADVANCE = """INSERT INTO log (origin, size, root, note) VALUES (?, ?, ?, ?)
    ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root,
    note = excluded.note WHERE log.size = ?"""


class Memory:
    """Newest checkpoints by origin, durable. All calls from one thread."""

    def __init__(self, database: Database) -> None:
        """Keep them in ``database``. Raises Fault."""
        self._database = database
        with database.write() as connection:
            for statement in _TABLES:
                connection.execute(statement)

    def newest(self, origin: str) -> str | None:
        """The newest note cosigned, with this witness's line; None if there is none."""
        if self._database.dropped:  # after a failed write: open again, believe what is there
            self._database.reopen()
        with self._database.read() as connection:
            row = connection.execute("SELECT note FROM log WHERE origin = ?", (origin,)).fetchone()
        return None if row is None else str(row[0])

    def seen(self, origin: str) -> Checkpoint | None:
        """The newest checkpoint cosigned."""
        note = self.newest(origin)
        return None if note is None else parse_text(split_note(note)[0])

    def advance(self, old: int, now: Checkpoint, note: str) -> bool:
        """Remember ``now`` if the newest is still of size ``old`` (0: none); durable when true.

        Comparing and replacing are one statement: of two requests that were judged by the same
        old size, one gets False. Raises Fault.
        """
        with self._database.write() as connection:
            values = (now.origin, now.size, now.root, note, old)
            return connection.execute(_ADVANCE, values).rowcount == 1
