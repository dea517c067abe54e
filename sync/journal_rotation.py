"""A new key for a station's log: the old one signs its own end, and is never needed again.

Heads below a rotation can only be the old key's. So that a server back from a backup can still be
fed from any point, the old key signs heads all along the log before it goes.
"""

from __future__ import annotations

from sync.checkpoint import Checkpoint
from sync.clock import Stamp, Timekeeper
from sync.faults import Fault
from sync.journal_standing import JournalStanding
from sync.journal_store import State, insert
from sync.journal_types import Appended, Batch, HeadMirror, Item, Stored
from sync.key_history import ROTATED, rotation
from sync.keys import Signer, Verifier
from sync.merkle import CompactRange

MOST_ENTRIES, MOST_BYTES = 500, 2 * 1024 * 1024
"""At most so much lies between two heads that the old key leaves behind."""


class JournalRotation(JournalStanding):
    """The part of a journal that changes its key; see ``sync.journal.Journal``."""

    _origin: str
    _signer: Signer
    _verifier: Verifier
    _keeper: Timekeeper
    _state: State
    _mirror: HeadMirror | None
    _rotated_to: int
    """Size of the log up to which older keys sign; 0 if the key was never changed."""

    def entries(self, start: int, stop: int) -> list[Stored]:
        """Entries that exist."""
        raise NotImplementedError

    def _ready(self) -> None:
        raise NotImplementedError

    def _seal(
        self, after: CompactRange, items: list[Item], stamp: Stamp
    ) -> tuple[CompactRange, list[Appended]]:
        raise NotImplementedError

    def rotate(self, new: Signer) -> int:
        """Let ``new``, of the same name, sign from here on; the rotation's index. Raises Fault.

        All or nothing. The old key is not needed afterwards. ``rotation-not-now`` while the server
        lacks records: they could not be proved to it by the new key.
        """
        self._ready()
        self._refuse_if_frozen()
        state = self._state
        if state.accepted != state.range.size or new.name != self._origin:
            raise Fault("rotation-not-now", f"{state.accepted} of {state.range.size} accepted")
        index = state.range.size
        body = rotation(self._signer, new, index)
        range_, made = self._seal(state.range, [(ROTATED, body)], self._keeper.stamp())
        head = Checkpoint(self._origin, range_.size, range_.root())
        old_heads = [*self._heads_below(index), (range_.size, head.sign(self._signer))]
        note = head.sign(new)
        with self._database.write() as connection:
            insert(connection, made, range_, note, self._origin)
            connection.executemany("INSERT OR IGNORE INTO old_head VALUES (?, ?)", old_heads)
        state.range, state.note, state.tail = range_, note, made[-1].data
        self._signer, self._verifier = new, Verifier.of(new)
        self._rotated_to = range_.size
        if self._mirror is not None:
            self._mirror.write(note)
        return index

    def _heads_below(self, size: int) -> list[tuple[int, str]]:
        """Heads by the old key along the log, above those an older key left."""
        start = self.rotated_to()
        range_, heads, run = CompactRange(), [], 0
        while range_.size < size:
            for entry in self.entries(range_.size, min(range_.size + MOST_ENTRIES, size)):
                full = run + len(entry.data) > MOST_BYTES or range_.size % MOST_ENTRIES == 0
                if full and range_.size > start:
                    head = Checkpoint(self._origin, range_.size, range_.root())
                    heads.append((range_.size, head.sign(self._signer)))
                    run = 0
                run += len(entry.data)
                range_.append(bytes.fromhex(entry.ref))
        return heads

    def rotated_to(self) -> int:
        """Size of the log up to which older keys sign; 0 if the key was never changed."""
        with self._database.read() as connection:
            found = connection.execute("SELECT max(size) FROM old_head").fetchone()[0]
        return int(found or 0)

    def _under_old_head(self, start: int, most_entries: int) -> Batch | None:
        """The batch from ``start`` on up to a head that an older key left; None above those."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT size, note FROM old_head WHERE size > ? ORDER BY size LIMIT 1", (start,)
            ).fetchall()
        if not rows or most_entries <= 0:
            return None
        size, note = rows[0]
        return Batch(start, tuple(one.data for one in self.entries(start, size)), note)
