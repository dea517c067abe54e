"""The station's log: append-only, signed, durable before the caller goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sync import envelope, journal_store
from sync.canonical import NotCanonical
from sync.checkpoint import BadNote, Checkpoint, open_note
from sync.clock import Clock, Stamp, Timekeeper
from sync.faults import Fault
from sync.framing import BATCH_BYTES, BATCH_ENTRIES
from sync.journal_progress import JournalProgress
from sync.journal_rotation import JournalRotation
from sync.journal_types import Appended, Batch, Counts, HeadMirror, Item, SignedHead, Stored
from sync.keys import Signer, Verifier
from sync.merkle import CompactRange, leaf_hash
from sync.receipt import Receipt
from sync.sqlite import Database

__all__ = [
    "BEACON",
    "BEACON_EVERY_S",
    "CLOCK_STEP",
    "OPENED",
    "Appended",
    "Batch",
    "Counts",
    "HeadMirror",
    "Item",
    "Journal",
    "SignedHead",
    "Stored",
]

OPENED, CLOCK_STEP, BEACON = "sync/opened", "sync/clock-step", "sync/beacon"
BEACON_EVERY_S = 600
"""A beacon is written at most this often."""


class Journal(JournalRotation, JournalProgress):
    """One station's log in one database. All calls from one thread (the writer thread).

    After a Fault in a write nothing counts as saved; the next call reopens the database, checks
    it, and goes on. An append repeated after such a Fault does not make a second entry if the
    first turns out to have been kept.
    """

    def __init__(
        self,
        database: Database,
        origin: str,
        signer: Signer,
        clock: Clock,
        *,
        opened: Mapping[str, object] | None = None,
        mirror: HeadMirror | None = None,
    ) -> None:
        """Open the log, or begin it with ``sync/opened``. Raises Fault.

        ``opened`` is that entry's body, such as the predecessor's last head. The signer's name
        must be ``origin``.
        """
        if envelope.check_origin(origin) != signer.name:
            raise ValueError("a station's key is named after its origin")
        self._database, self._origin, self._signer = database, origin, signer
        self._verifier = Verifier.of(signer)
        self._keeper = Timekeeper(clock)
        self._clock, self._mirror = clock, mirror
        self._doubtful: tuple[list[Item], list[Appended]] | None = None
        self._beacon_ns: int | None = None
        self._oldest: tuple[int, datetime] | None = None
        self._cursor = CompactRange()
        journal_store.prepare(database)
        self.frozen, self._rotated_to = self._frozen_before(), self.rotated_to()
        self._opened = database.opened
        self._state = self._load()
        self._check_mirror()
        if self._state.range.size == 0:
            self._write([(OPENED, opened or {"reason": "created"})])

    def append(self, kind: str, body: Mapping[str, object]) -> Appended:
        """Seal and keep one entry; when this returns it survives a power cut. Raises Fault."""
        return self.append_many([(kind, body)])[0]

    def append_many(self, items: Sequence[Item]) -> list[Appended]:
        """Keep several entries in one transaction: all or none. Raises Fault."""
        if any(kind.startswith("sync/") for kind, _ in items):
            raise ValueError("kinds of the sync layer are its own")
        self._ready()
        kept = self._kept_after_all(list(items))
        return kept if kept is not None else self._write(list(items))

    def append_with(self, item: Item, then: Callable[[str], Item]) -> list[Appended]:
        """Keep an entry and one that names it in one transaction: both or neither. Raises Fault.

        ``then`` makes the second from the first one's ref.
        """
        self._ready()
        self._doubtful = None  # the second is made anew, so a repetition is not recognised
        return self._write([item], then)

    def _kept_after_all(self, items: list[Item]) -> list[Appended] | None:
        """What a failed append left, if the disk kept it and this is its repetition."""
        doubtful, self._doubtful = self._doubtful, None
        if doubtful is None or doubtful[0] != items or doubtful[1][-1].data != self._state.tail:
            return None
        return doubtful[1][-len(items) :]

    def _write(
        self, items: list[Item], then: Callable[[str], Item] | None = None
    ) -> list[Appended]:
        self._refuse_if_frozen()
        stamp = self._keeper.stamp()
        step = self._keeper.step(stamp)
        if step is not None:
            found = {name: getattr(step, name) for name in step.__struct_fields__}
            written = [(CLOCK_STEP, found), *items]
        else:
            written = items
        range_, made = self._seal(self._state.range, written, stamp)
        if then is not None:
            items = [*items, then(made[-1].ref)]
            range_, more = self._seal(range_, items[-1:], stamp)
            made += more
        try:
            self._commit(made, range_)
        except Fault:
            self._doubtful = (items, made)
            raise
        return made[-len(items) :]

    def append_verbatim(self, entries: Sequence[bytes]) -> None:
        """Put back entries sealed before, as they were; see ``sync.journal_restore``."""
        self._ready()
        range_, made = self._state.range.copy(), []
        for data in entries:
            leaf = leaf_hash(data)
            made.append(Appended(range_.size, leaf.hex(), data, envelope.check(data).at))
            range_.append(leaf)
        self._commit(made, range_)

    def _commit(self, made: list[Appended], range_: CompactRange) -> None:
        """Entries and signed head, durable together."""
        note = self._sign(range_)
        journal_store.append(self._database, made, range_, note, self._origin)
        state = self._state
        state.range, state.note, state.tail = range_, note, made[-1].data
        self._keeper.keep(made[-1].at)
        if self._mirror is not None:
            self._mirror.write(note)

    def _seal(
        self, after: CompactRange, items: list[Item], stamp: Stamp
    ) -> tuple[CompactRange, list[Appended]]:
        range_, made = after.copy(), []
        for kind, body in items:
            try:
                data = envelope.seal(kind, self._origin, range_.size, stamp, body)
            except NotCanonical as error:
                raise Fault("entry-refused", str(error)) from error
            leaf = leaf_hash(data)
            made.append(Appended(range_.size, leaf.hex(), data, stamp))
            range_.append(leaf)
        return range_, made

    def _sign(self, range_: CompactRange) -> str:
        return Checkpoint(self._origin, range_.size, range_.root()).sign(self._signer)

    def entries(self, start: int, stop: int) -> list[Stored]:
        """Entries ``start`` to ``stop`` (not included) that exist; bytes are checked."""
        self._ready()
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT idx, leaf, data FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx",
                (start, stop),
            ).fetchall()
        for expected, (index, leaf, data) in enumerate(rows, start):
            if index != expected or leaf_hash(data) != leaf:
                raise Fault("journal-damaged", f"entry {expected}")
        return [Stored(index, leaf.hex(), data) for index, leaf, data in rows]

    def head(self) -> SignedHead:
        """The newest head."""
        range_ = self._state.range
        return SignedHead(Checkpoint(self._origin, range_.size, range_.root()), self._state.note)

    def counts(self) -> Counts:
        """How far the entries got."""
        state = self._state
        return Counts(self.size, state.sent, state.accepted, state.witnessed, self._oldest_unsent())

    def _oldest_unsent(self) -> datetime | None:
        index = self._state.accepted
        if index >= self.size:
            return None
        if self._oldest is None or self._oldest[0] != index:
            data = self.entries(index, index + 1)[0].data
            self._oldest = (index, envelope.check(data).at.when())
        return self._oldest[1]

    def batch(
        self, start: int, most_entries: int = BATCH_ENTRIES, most_bytes: int = BATCH_BYTES
    ) -> Batch:
        """Entries from ``start`` on (at least one if there is one) and a head signed after them."""
        if start < self._rotated_to and (old := self._under_old_head(start, most_entries)):
            return old
        stored = self.entries(start, start + most_entries)
        range_ = self._range_at(start).copy()
        taken: list[bytes] = []
        total = 0
        for entry in stored:
            total += len(entry.data)
            if taken and total > most_bytes:
                break
            taken.append(entry.data)
        range_.extend(bytes.fromhex(entry.ref) for entry in stored[: len(taken)])
        self._cursor = range_
        note = self._state.note if range_.size == self.size else self._sign(range_)
        return Batch(start, tuple(taken), note)

    def root_at(self, size: int) -> bytes:
        """Root of the first ``size`` entries. Raises ValueError beyond the log."""
        return self._range_at(size).root()

    def _range_at(self, size: int) -> CompactRange:
        if not 0 <= size <= self.size:
            raise ValueError("beyond the log")
        if size == self.size:
            return self._state.range
        if self._cursor.size > size:
            self._cursor = CompactRange()
        range_ = self._cursor.copy()
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT leaf FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx",
                (range_.size, size),
            )
            range_.extend(leaf for (leaf,) in rows)
        self._cursor = range_
        return range_

    def heard(self, server_time: datetime) -> None:
        """The server said what time it is, just now."""
        self._keeper.heard(server_time)

    def time(self) -> Stamp:
        """The time now, with all that is known about it; nothing is recorded."""
        return self._keeper.stamp()

    def beacon(self, receipt: Receipt) -> Appended | None:
        """Keep the receipt as a time beacon unless one is recent (then None). Raises Fault."""
        self._ready()
        if receipt.origin != self._origin or receipt.size > self.size:
            raise Fault("receipt-wrong", f"{receipt.origin} {receipt.size}")
        now = self._clock.monotonic_ns()
        last = self._beacon_ns
        if last is not None and now - last < BEACON_EVERY_S * 1_000_000_000:
            return None
        made = self._write([(BEACON, {"receipt": receipt.note})])[0]
        self._beacon_ns = now
        return made

    def verify(self) -> None:
        """Hash every entry again and compare with the signed head. Raises Fault."""
        range_ = CompactRange()
        while range_.size < self.size:
            for entry in self.entries(range_.size, min(range_.size + 1_000, self.size)):
                range_.append(leaf_hash(entry.data))
        if range_.root() != self._state.range.root():
            raise Fault("journal-damaged", "the entries are not those that were signed")

    def _ready(self) -> None:
        """After a failed write, anybody's: open again, check, and believe only what is there."""
        if self._database.dropped:
            self._database.reopen()
        if self._database.opened != self._opened:
            self._opened = self._database.opened
            self._state = self._load()
            self._cursor = CompactRange()

    def _load(self) -> journal_store.State:
        state = journal_store.load(self._database, self._verifier)
        if state is None:
            return journal_store.State(CompactRange(), "", 0, 0, 0, b"")
        self._keeper.keep(envelope.check(state.tail).at)
        return state

    def _check_mirror(self) -> None:
        note = self._mirror.read() if self._mirror is not None else None
        if note is None:
            return
        try:
            seen = open_note(note, self._verifier)
        except BadNote:
            return  # a hurt mirror proves nothing
        if seen.size > self.size or self.root_at(seen.size) != seen.root:
            raise Fault("journal-rolled-back", f"head {seen.mark()} was seen before")
