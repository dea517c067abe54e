"""The promises of a station, asked of the product's reading code alone: fast, for every state.

The same checks as ``tests.crash.station.check`` but for the next capture: the log's own loader
(head, signature, range, tail), every entry promised, the photos, and a mirror that is not ahead.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Self, cast

import pysqlite3

from sync import journal_store
from sync.attachments import Attachments
from sync.checkpoint import BadNote, open_note
from sync.engine import Connection
from sync.keys import Verifier
from sync.merkle import CompactRange, leaf_hash
from sync.mirror import FileMirror
from sync.sqlite import Database
from tests.crash.station import DATABASE, HEAD, ORIGIN, Told


class Knowing(Verifier):
    """A verifier that remembers: ten thousand states hold the same few signed heads."""

    @classmethod
    @lru_cache(maxsize=8)
    def hex(cls, public_key: str) -> Self:
        """Of a station's key."""
        return cls(ORIGIN, bytes.fromhex(public_key))

    @lru_cache(maxsize=256)  # noqa: B019 - few verifiers, and all of them are kept anyway
    def verify(self, message: bytes, signature: bytes) -> bool:
        """Verify once."""
        return super().verify(message, signature)


class Reading:
    """A database opened for reading only: SQLite recovers its WAL as ever, and writes nothing."""

    def __init__(self, path: Path) -> None:
        """Of the database at ``path``."""
        self._path = path

    def __enter__(self) -> Self:
        """Open it."""
        self._connection: Connection = pysqlite3.connect(f"file:{self._path}?mode=ro", uri=True)
        return self

    def __exit__(self, *_: object) -> None:
        """Close it; what is in the WAL stays there."""
        self._connection.close()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """As :class:`sync.sqlite.Database` gives it."""
        yield self._connection


def glance(folder: Path, marks: tuple[str, ...]) -> None:
    """The same promises, asked of the product's reading code alone (a fifth of the time)."""
    told = Told.of(marks)
    if not told.size:  # nothing was promised yet: only that a start works, which ``check`` tries
        return
    verifier = Knowing.hex(told.key)
    with Reading(folder / DATABASE) as database:
        state = journal_store.load(cast("Database", database), verifier)
        assert state is not None, "the log is gone"
        with database.read() as connection:
            _entries(connection, told)
        for digest in told.photos:
            assert Attachments(cast("Database", database)).get(digest), "a photo is gone"
    _mirror_is_no_further(folder, verifier, state.range.size)


def _entries(connection: Connection, told: Told) -> None:
    range_ = CompactRange()
    for leaf, data in connection.execute(
        "SELECT leaf, data FROM entry WHERE idx < ? ORDER BY idx", (told.size,)
    ):
        assert leaf_hash(data) == leaf, "an entry is spoilt"
        range_.append(leaf)
    assert range_.size == told.size, f"{range_.size} of {told.size} records"
    assert range_.root().hex() == told.root, "other records"


def _mirror_is_no_further(folder: Path, verifier: Verifier, size: int) -> None:
    note = FileMirror(folder / HEAD).read()
    with suppress(BadNote):  # a hurt mirror proves nothing, and stops nobody
        assert open_note(note or "", verifier).size <= size, "the mirror is ahead of the log"
