"""How far a journal's entries got: sent, accepted with a receipt, witnessed."""

from __future__ import annotations

from sync.attachments import Attachments
from sync.faults import Fault
from sync.journal_healing import JournalHealing
from sync.journal_store import State
from sync.journal_types import Appended, Item
from sync.receipt import Receipt
from sync.sqlite import Database


class JournalProgress(JournalHealing):
    """The part of a journal that the outbox moves; see ``sync.journal.Journal``."""

    _database: Database
    _origin: str
    _state: State

    @property
    def origin(self) -> str:
        """The log's origin."""
        return self._origin

    @property
    def size(self) -> int:
        """How many entries are durable."""
        return self._state.range.size

    def root_at(self, size: int) -> bytes:
        """Root of the first ``size`` entries."""
        raise NotImplementedError

    def _ready(self) -> None:
        """Make sure that the database may be used."""
        raise NotImplementedError

    def _write(self, items: list[Item]) -> list[Appended]:
        raise NotImplementedError

    @property
    def attachments(self) -> Attachments:
        """Photos and files."""
        self._ready()
        return Attachments(self._database)

    def mark_sent(self, size: int) -> None:
        """The first ``size`` entries were handed to the network at least once."""
        if size > self._state.sent:
            self._progress("sent", size)

    def acknowledge(self, receipt: Receipt) -> None:
        """Keep a receipt (its signature already checked). Raises Fault ``receipt-wrong``."""
        self._ready()
        if receipt.origin != self._origin or receipt.size > self.size:
            raise Fault("receipt-wrong", f"{receipt.origin} {receipt.size}")
        if self.root_at(receipt.size) != receipt.root:
            raise Fault("receipt-wrong", f"another root at {receipt.size}")
        state = self._state
        accepted, sent = max(state.accepted, receipt.size), max(state.sent, receipt.size)
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO receipt (size, global_start, global_stop, note)"
                " VALUES (?, ?, ?, ?)",
                (receipt.size, receipt.global_start, receipt.global_stop, receipt.note),
            )
            connection.execute("UPDATE journal SET accepted = ?, sent = ?", (accepted, sent))
        state.accepted, state.sent = accepted, sent

    def server_lost(self, have: int) -> None:
        """The server came back with only ``have`` entries: claim no more than it has."""
        state = self._state
        if have >= state.accepted:
            return
        witnessed = min(state.witnessed, have)
        with self._database.write() as connection:
            connection.execute("UPDATE receipt SET stale = 1 WHERE size > ?", (have,))
            connection.execute("UPDATE journal SET accepted = ?, witnessed = ?", (have, witnessed))
        state.accepted, state.witnessed = have, witnessed
        self.attachments.send_again()

    def log_continued(self, kept: int, told: Item) -> None:
        """The server's log goes on with ``kept`` leaves of the one before: say so here.

        Receipts that name leaves beyond are promises of a log that ended; the server's head says
        anew what it has.
        """
        self._ready()
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT coalesce(max(size), 0) FROM receipt WHERE stale = 0 AND global_stop <= ?",
                (kept,),
            ).fetchone()
        self._write([told])
        self.server_lost(int(row[0]))

    def set_promises_aside(self) -> None:
        """Receipts for what is not witnessed yet hold no more; others are to be asked for."""
        self._ready()
        with self._database.write() as connection:
            connection.execute(
                "UPDATE receipt SET stale = 1 WHERE size > ?", (self._state.witnessed,)
            )

    @property
    def witnessed_of_accepted(self) -> tuple[int, int]:
        """How many entries are witnessed, and how many accepted."""
        return self._state.witnessed, self._state.accepted

    def unwitnessed(self, most: int = 256) -> list[str]:
        """Notes of the receipts beyond what is witnessed, oldest first."""
        self._ready()
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT note FROM receipt WHERE size > ? AND stale = 0"
                " AND global_stop > global_start ORDER BY size LIMIT ?",
                (self._state.witnessed, most),
            ).fetchall()
        return [row[0] for row in rows]

    def leaf_hashes(self, start: int, stop: int) -> list[bytes]:
        """Leaf hashes of the entries ``start`` to ``stop`` (not included)."""
        self._ready()
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT leaf FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx", (start, stop)
            ).fetchall()
        return [row[0] for row in rows]

    def mark_witnessed(self, size: int) -> None:
        """The first ``size`` entries are proved to lie in a checkpoint this station verified."""
        if size > self._state.witnessed:
            self._progress("witnessed", min(size, self._state.accepted))

    def receipts(self) -> list[str]:
        """Notes of the receipts kept, oldest first."""
        self._ready()
        with self._database.read() as connection:
            rows = connection.execute("SELECT note FROM receipt ORDER BY size").fetchall()
        return [row[0] for row in rows]

    def _progress(self, column: str, size: int) -> None:
        self._ready()
        statement = {
            "sent": "UPDATE journal SET sent = ?",
            "witnessed": "UPDATE journal SET witnessed = ?",
        }[column]
        with self._database.write() as connection:
            connection.execute(statement, (size,))
        setattr(self._state, column, size)
