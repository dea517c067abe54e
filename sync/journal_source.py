"""A station's journal as evidence: read from its database, or from an exported folder.

=====================  =====================================================================
``entries.jsonl``      line n: entry n, byte for byte (:mod:`sync.lines`)
``hashes.txt``         line n: its leaf hash in hex, as it stood beside the entry
``head.note``          the station's newest signed head (C2SP signed note)
``receipts.jsonl``     the server's receipts, oldest first: ``{"note": ...}``
``witnessed.note``     the newest checkpoint of the server that this station verified
``attachments/``       photos and files under their SHA-256
=====================  =====================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import Protocol

from sync import canonical
from sync.canonical import NotCanonical
from sync.checkpoint import NOTE_LIMIT
from sync.engine import Connection
from sync.export_folder import FolderReader, NotAnExport
from sync.lines import read_lines
from sync.sqlite import DatabaseError

FORMAT = "lotbook-journal/1"
ENTRIES, HASHES, HEAD = "entries.jsonl", "hashes.txt", "head.note"
RECEIPTS, WITNESSED, ATTACHMENTS = "receipts.jsonl", "witnessed.note", "attachments"
_HASH_LINE = 80


class JournalSource(Protocol):
    """A journal to be read once, in order."""

    @property
    def origin(self) -> str:
        """The log's origin, as the source says."""

    def head(self) -> str:
        """The newest signed head; empty if there is none."""

    def entries(self) -> Iterator[tuple[bytes, str | None]]:
        """Every entry's bytes with the leaf hash (hex) noted beside it (None: none is kept)."""

    def receipts(self) -> Iterator[str]:
        """The notes of the receipts, as they stand."""

    def witnessed(self) -> str:
        """The newest checkpoint of the server that was seen; empty if none."""

    def attachments(self) -> Iterator[tuple[str, bytes]]:
        """Every attachment by the digest it is kept under."""

    def attachment(self, digest: str) -> bytes | None:
        """The bytes kept under a digest; None if there are none."""

    @property
    def with_attachments(self) -> bool:
        """Whether attachments came along."""


class DatabaseJournal:
    """:class:`JournalSource` over a station's database, or a copy of it."""

    with_attachments = True

    def __init__(self, connection: Connection) -> None:
        """Over a connection that only reads. Raises NotAnExport if it holds no journal."""
        self.connection = connection
        """The database."""
        try:
            row = connection.execute("SELECT origin, note FROM journal").fetchone()
        except DatabaseError as error:
            raise NotAnExport(str(error)) from error
        if row is None:
            raise NotAnExport("the database holds no journal")
        self._origin, self._note = str(row[0]), str(row[1])

    @property
    def origin(self) -> str:
        """The log's origin."""
        return self._origin

    def head(self) -> str:
        """The newest signed head."""
        return self._note

    def entries(self) -> Iterator[tuple[bytes, str | None]]:
        """Every entry by its number."""
        for leaf, data in self.connection.execute("SELECT leaf, data FROM entry ORDER BY idx"):
            yield bytes(data), bytes(leaf).hex()

    def standing(self) -> tuple[int, int]:
        """How many entries there are, and how many of them the server confirmed."""
        size, accepted = self.connection.execute("SELECT size, accepted FROM journal").fetchone()
        return int(size), int(accepted)

    def waiting_files(self) -> int:
        """How many photos and files the server did not confirm."""
        asked = "SELECT count(*) FROM attachment WHERE sent = 0"
        return int(self.connection.execute(asked).fetchone()[0])

    def after(self, start: int) -> Iterator[bytes]:
        """The bytes of the entries from ``start`` on, in order."""
        asked = "SELECT data FROM entry WHERE idx >= ? ORDER BY idx"
        for (data,) in self.connection.execute(asked, (start,)):
            yield bytes(data)

    def receipts(self) -> Iterator[str]:
        """Receipts by size."""
        for (note,) in self.connection.execute("SELECT note FROM receipt ORDER BY size"):
            yield str(note)

    def witnessed(self) -> str:
        """The newest checkpoint kept."""
        tables = "SELECT name FROM sqlite_master WHERE name = 'witnessed'"
        if self.connection.execute(tables).fetchone() is None:
            return ""
        row = self.connection.execute("SELECT note FROM witnessed").fetchone()
        return "" if row is None else str(row[0])

    def attachments(self) -> Iterator[tuple[str, bytes]]:
        """Every attachment."""
        for digest, data in self.connection.execute("SELECT sha256, data FROM attachment"):
            yield str(digest), bytes(data)

    def attachment(self, digest: str) -> bytes | None:
        """One attachment."""
        asked = "SELECT data FROM attachment WHERE sha256 = ?"
        row = self.connection.execute(asked, (digest,)).fetchone()
        return None if row is None else bytes(row[0])


class FolderJournal:
    """:class:`JournalSource` over an exported folder."""

    def __init__(self, folder: Path) -> None:
        """Raises NotAnExport."""
        self.reader = FolderReader(folder, FORMAT)
        self._folder = folder
        self.with_attachments = self.reader.facts.get("attachments") is True

    @property
    def origin(self) -> str:
        """The log's origin, as the manifest says."""
        return str(self.reader.facts.get("origin", ""))

    def head(self) -> str:
        """The newest signed head."""
        return self.reader.small(HEAD).decode("utf-8", "replace")

    def entries(self) -> Iterator[tuple[bytes, str | None]]:
        """Every entry in the order of the file."""
        noted: Iterator[str | None] = repeat(None)
        if self.reader.has(HASHES):
            lines = read_lines(self._folder / HASHES, _HASH_LINE)
            noted = chain((line.decode("ascii", "replace") for line in lines), repeat(""))
        if self.reader.has(ENTRIES):
            yield from zip(read_lines(self._folder / ENTRIES), noted, strict=False)

    def receipts(self) -> Iterator[str]:
        """Receipts in the order of the file; a line that is none comes back as it is."""
        if self.reader.has(RECEIPTS):
            yield from map(note_in, read_lines(self._folder / RECEIPTS, NOTE_LIMIT * 2))

    def witnessed(self) -> str:
        """The newest checkpoint seen."""
        return self.reader.small(WITNESSED).decode("utf-8", "replace")

    def attachments(self) -> Iterator[tuple[str, bytes]]:
        """Every attachment."""
        for name in self.reader.files:
            folder, _, digest = name.partition("/")
            if folder == ATTACHMENTS and self.reader.has(name):
                yield digest, self.reader.small(name)

    def attachment(self, digest: str) -> bytes | None:
        """One attachment."""
        name = f"{ATTACHMENTS}/{digest}"
        return self.reader.small(name) if self.reader.has(name) else None


def note_in(line: bytes) -> str:
    """The note that a line ``{"note": ...}`` holds; the line itself if it is none."""
    try:
        return str(canonical.loads(line)["note"])
    except (NotCanonical, KeyError):
        return line.decode("utf-8", "replace")
