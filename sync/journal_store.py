"""The journal's tables, and what is checked when they are read after a start or a failure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from sync.checkpoint import BadNote, Checkpoint, open_note
from sync.engine import Connection
from sync.faults import Fault
from sync.journal_types import Appended
from sync.keys import Verifier
from sync.merkle import CompactRange, leaf_hash
from sync.sqlite import Database

FORMAT = 1
TAIL = 64
"""Entries at the end whose bytes are hashed again at every start."""

_FIXED = """CREATE TRIGGER IF NOT EXISTS entry_fixed BEFORE UPDATE ON entry
        BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END"""
_TABLES = (
    """CREATE TABLE IF NOT EXISTS journal (
        id INTEGER PRIMARY KEY CHECK (id = 1), format INTEGER NOT NULL, origin TEXT NOT NULL,
        size INTEGER NOT NULL, range BLOB NOT NULL, note TEXT NOT NULL,
        sent INTEGER NOT NULL DEFAULT 0, accepted INTEGER NOT NULL DEFAULT 0,
        witnessed INTEGER NOT NULL DEFAULT 0) STRICT""",
    """CREATE TABLE IF NOT EXISTS entry (
        idx INTEGER PRIMARY KEY, leaf BLOB NOT NULL, data BLOB NOT NULL) STRICT""",
    """CREATE TABLE IF NOT EXISTS receipt (
        size INTEGER PRIMARY KEY, global_start INTEGER NOT NULL, global_stop INTEGER NOT NULL,
        note TEXT NOT NULL, stale INTEGER NOT NULL DEFAULT 0) STRICT""",
    # The bytes last, and an index: what is unsent is asked for often, and photos are large.
    """CREATE TABLE IF NOT EXISTS attachment (
        sha256 TEXT PRIMARY KEY, sent INTEGER NOT NULL DEFAULT 0, data BLOB NOT NULL) STRICT""",
    "CREATE INDEX IF NOT EXISTS attachment_unsent ON attachment (sent) WHERE sent = 0",
    """CREATE TABLE IF NOT EXISTS old_head (
        size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT""",
    """CREATE TABLE IF NOT EXISTS frozen (
        id INTEGER PRIMARY KEY CHECK (id = 1), code TEXT NOT NULL, detail TEXT NOT NULL) STRICT""",
    """CREATE TABLE IF NOT EXISTS healed (
        idx INTEGER PRIMARY KEY, told INTEGER NOT NULL DEFAULT 0) STRICT""",
    """CREATE TABLE IF NOT EXISTS healed_file (
        sha256 TEXT PRIMARY KEY, told INTEGER NOT NULL DEFAULT 0) STRICT""",
    """CREATE TRIGGER IF NOT EXISTS entry_kept BEFORE DELETE ON entry
        BEGIN SELECT RAISE(ABORT, 'entries are kept'); END""",
    _FIXED,
    """CREATE TRIGGER IF NOT EXISTS attachment_kept BEFORE DELETE ON attachment
        BEGIN SELECT RAISE(ABORT, 'attachments are kept'); END""",
    """CREATE TRIGGER IF NOT EXISTS journal_grows BEFORE UPDATE OF size ON journal
        WHEN NEW.size < OLD.size BEGIN SELECT RAISE(ABORT, 'the log only grows'); END""",
    # An entry and the head over it in one statement: half the calls of a transaction written out.
    """CREATE VIEW IF NOT EXISTS appending AS SELECT
        entry.idx, entry.leaf, entry.data, journal.range, journal.note FROM entry, journal""",
    """CREATE TRIGGER IF NOT EXISTS append_one INSTEAD OF INSERT ON appending BEGIN
        INSERT INTO entry (idx, leaf, data) VALUES (NEW.idx, NEW.leaf, NEW.data);
        UPDATE journal SET size = NEW.idx + 1, range = NEW.range, note = NEW.note; END""",
)


class State(msgspec.Struct):
    """What the journal holds in memory."""

    range: CompactRange
    note: str
    sent: int
    accepted: int
    witnessed: int
    tail: bytes
    """The newest entry's bytes, empty if there is none."""


def prepare(database: Database) -> None:
    """Make the tables if they are not there."""
    with database.write() as connection:
        for statement in _TABLES:
            connection.execute(statement)


def load(database: Database, verifier: Verifier) -> State | None:
    """Read and check the log's state; None if nothing was ever written.

    Raises Fault ``journal-damaged``, ``journal-rolled-back`` or ``database-of-another-program``.
    """
    with database.read() as connection:
        row = connection.execute(
            "SELECT origin, format, size, range, note, sent, accepted, witnessed FROM journal"
        ).fetchone()
        if row is None:
            return None
        if row[:2] != (verifier.name, FORMAT):
            raise Fault("database-of-another-program", f"journal of {row[0]}, format {row[1]}")
        note, sent, accepted, witnessed = row[4:]
        tail = _tail(connection, row[2])
        state = State(_range(row[2], row[3]), note, sent, accepted, witnessed, tail)
        _check_head(state, verifier)
        newest = connection.execute("SELECT max(size) FROM receipt").fetchone()[0]
        if newest is not None and newest > state.range.size:
            raise Fault("journal-rolled-back", f"receipt at {newest}, log at {state.range.size}")
        return state


def _range(size: int, data: bytes) -> CompactRange:
    try:
        return CompactRange.from_bytes(size, data)
    except ValueError as error:
        raise Fault("journal-damaged", str(error)) from error


def _check_head(state: State, verifier: Verifier) -> None:
    expected = Checkpoint(verifier.name, state.range.size, state.range.root())
    try:
        found = open_note(state.note, verifier)
    except BadNote as error:
        raise Fault("journal-damaged", f"the head: {error}") from error
    if found != expected:
        raise Fault("journal-damaged", "the head is not over these entries")


def _tail(connection: Connection, size: int) -> bytes:
    rows = connection.execute(
        "SELECT idx, leaf, data FROM entry ORDER BY idx DESC LIMIT ?", (TAIL,)
    ).fetchall()
    for expected, (index, leaf, data) in zip(range(size - 1, -1, -1), rows, strict=False):
        if index != expected or leaf_hash(data) != leaf:
            raise Fault("journal-damaged", f"entry {expected}")
    if len(rows) != min(size, TAIL):
        raise Fault("journal-damaged", "entries are missing")
    return rows[0][2] if rows else b""


def append(
    database: Database, made: list[Appended], range_: CompactRange, note: str, origin: str
) -> None:
    """Add entries and the head over them, durable together. Raises Fault."""
    if len(made) == 1 and made[0].index > 0:
        index, ref, data, _ = msgspec.structs.astuple(made[0])
        database.write_one(
            "INSERT INTO appending VALUES (?, ?, ?, ?, ?)",
            (index, bytes.fromhex(ref), data, range_.to_bytes(), note),
        )
        return
    with database.write() as connection:
        insert(connection, made, range_, note, origin)


def insert(
    connection: Connection, made: list[Appended], range_: CompactRange, note: str, origin: str
) -> None:
    """Add entries and the head over them, in the caller's transaction."""
    connection.executemany(
        "INSERT INTO entry (idx, leaf, data) VALUES (?, ?, ?)",
        [(entry.index, bytes.fromhex(entry.ref), entry.data) for entry in made],
    )
    head = (range_.size, range_.to_bytes(), note)
    if made[0].index > 0:
        connection.execute("UPDATE journal SET size = ?, range = ?, note = ?", head)
        return
    connection.execute(
        "INSERT INTO journal (id, format, origin, size, range, note) VALUES (1, ?, ?, ?, ?, ?)",
        (FORMAT, origin, *head),
    )


def put_back(database: Database, entries: Mapping[int, bytes]) -> None:
    """Set damaged entries to the bytes that were signed (the caller proved it), and note which.

    The one way by which a stored entry changes; it is to be told by an entry of its own.
    """
    if not entries:
        return
    prepare(database)
    rows = [(index, leaf_hash(data), data) for index, data in sorted(entries.items())]
    with database.write() as connection:
        connection.execute("DROP TRIGGER IF EXISTS entry_fixed")
        connection.executemany(
            "INSERT INTO entry (idx, leaf, data) VALUES (?, ?, ?)"
            " ON CONFLICT (idx) DO UPDATE SET leaf = excluded.leaf, data = excluded.data",
            rows,
        )
        connection.executemany(
            "INSERT INTO healed (idx) VALUES (?) ON CONFLICT (idx) DO UPDATE SET told = 0",
            [(index,) for index, _, _ in rows],
        )
        connection.execute(_FIXED)


def healed(database: Database) -> list[tuple[int, int]]:
    """First and last of the runs of entries that were put back and are not told of yet."""
    with database.read() as connection:
        rows = connection.execute("SELECT idx FROM healed WHERE told = 0 ORDER BY idx").fetchall()
    return spans_of(index for (index,) in rows)


def healed_told(database: Database) -> None:
    """An entry tells of all that was put back."""
    with database.write() as connection:
        connection.execute("UPDATE healed SET told = 1")


def spans_of(indexes: Iterable[int]) -> list[tuple[int, int]]:
    """Runs of neighbours, by index: ``3, 4, 7`` is ``(3, 4), (7, 7)``."""
    spans: list[tuple[int, int]] = []
    for index in sorted(indexes):
        if spans and spans[-1][1] == index - 1:
            spans[-1] = (spans[-1][0], index)
        else:
            spans.append((index, index))
    return spans
