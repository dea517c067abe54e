"""A station as the crash tests run it: real journal, key file, head mirror; and what it promises.

The programs do what a terminal does, and put a mark in the write log each time a person was told
*saved*. ``check`` opens the disk that a power cut left behind with the whole product, and demands
everything that was promised; ``tests.crash.glance_station`` does the same in a fifth of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from sync import envelope, files
from sync.journal import Journal
from sync.keys import FileSigner
from sync.mirror import FileMirror
from sync.sqlite import open_database
from sync.testing import ManualClock

ORIGIN = "lotbook.test/S1/ST-01/1"
SECRET = b"a secret of this machine"
KEY, DATABASE, HEAD = "station.key", "station.db", "station.head"
KIND, PHOTO = "test/record", "test/photo"

Mark = Callable[[str], None]
"""Notes what a person was told."""


def key_of(folder: Path, mark: Mark) -> FileSigner:
    """The station's key, made at the first start."""
    path = folder / KEY
    if path.exists():
        return FileSigner.load(path, SECRET)
    signer = FileSigner.create(path, ORIGIN, SECRET)
    mark(f"key {signer.public_key.hex()}")
    return signer


@contextmanager
def journal_in(folder: Path, mark: Mark, *, pages: int = 0) -> Iterator[Journal]:
    """The station's journal; ``pages``: how large the WAL grows before it is written back."""
    signer = key_of(folder, mark)
    database = open_database(folder / DATABASE)
    try:
        if pages:  # the default needs thousands of records before the first time
            database.connection.execute(f"PRAGMA wal_autocheckpoint={int(pages)}")
        clock = ManualClock()
        yield Journal(database, ORIGIN, signer, clock, mirror=FileMirror(folder / HEAD))
    finally:
        database.close()


def saved(journal: Journal, mark: Mark) -> None:
    """The screen says *saved*: so much, and these very entries."""
    head = journal.head().checkpoint
    mark(f"saved {head.size} {head.root.hex()}")


def shift(
    folder: Path, mark: Mark, *, records: int, pages: int, photo_every: int = 3, size: int = 700
) -> None:
    """Start, record, some records with a photo, and end in order."""
    files.make_folder(folder)
    with journal_in(folder, mark, pages=pages) as journal:
        saved(journal, mark)
        for number in range(records):
            if number % photo_every == photo_every - 1:
                photograph(journal, bytes([number]) * (size + number), mark)
            else:
                journal.append(KIND, {"number": number, "note": "as measured " * 20})
            saved(journal, mark)


def captures(folder: Path, mark: Mark) -> None:
    """A first start and a shift in which the WAL is never written back before the end."""
    shift(folder, mark, records=10, pages=10_000)


def checkpoints(folder: Path, mark: Mark) -> None:
    """The WAL is written back again and again, and begun anew."""
    shift(folder, mark, records=16, pages=4)


def photos(folder: Path, mark: Mark) -> None:
    """Every record names a photo that takes several pages."""
    shift(folder, mark, records=6, pages=12, photo_every=1, size=9_000)


def restarts(folder: Path, mark: Mark) -> None:
    """Several short shifts: the WAL is unlinked and made again each time."""
    for _ in range(5):
        shift(folder, mark, records=3, pages=10_000)


def recovery(folder: Path, mark: Mark) -> None:
    """What happens on a disk that a power cut left: recovered, one record, ended in order."""
    shift(folder, mark, records=1, pages=6)


def normal(folder: Path, mark: Mark) -> None:
    """A wrong one: ``synchronous=NORMAL``, so that a commit does not wait for the disk."""
    with journal_in(folder, mark) as journal:
        journal._database.connection.execute("PRAGMA synchronous=NORMAL")
        for number in range(4):
            journal.append(KIND, {"number": number})
            saved(journal, mark)


def too_early(folder: Path, mark: Mark) -> None:
    """A wrong one: *saved* is shown before the record is committed."""
    with journal_in(folder, mark) as journal:
        saved(journal, mark)
        for number in range(4):
            range_, _ = journal._seal(
                journal._state.range, [(KIND, {"number": number})], journal._keeper.stamp()
            )
            mark(f"saved {range_.size} {range_.root().hex()}")
            journal.append(KIND, {"number": number})


def photograph(journal: Journal, data: bytes, mark: Mark) -> None:
    """Keep a photo, then the record that names it."""
    digest = journal.attachments.put(data)
    mark(f"photo {digest}")
    journal.append(PHOTO, {"photo": digest})


class Told:
    """What a person was told before the cut, by kind of promise."""

    @classmethod
    @lru_cache(maxsize=64)
    def of(cls, marks: tuple[str, ...]) -> Told:
        """The promises in these marks; many states share them."""
        return cls(marks)

    def __init__(self, marks: tuple[str, ...]) -> None:
        """From the marks of the write log."""
        self.key, self.size, self.root = "", 0, ""
        self.photos: list[str] = []
        for mark in marks:
            kind, *words = mark.split()
            if kind == "key":
                self.key = words[0]
            elif kind == "photo":
                self.photos += words
            else:
                self.size, self.root = int(words[0]), words[1]


def check(folder: Path, marks: tuple[str, ...]) -> None:
    """The whole product opens what the cut left: all promised is there, the next capture works.

    Raises whatever stands against it.
    """
    told = Told.of(marks)
    files.make_folder(folder)
    with journal_in(folder, lambda _: None) as journal:
        assert told.key in {"", journal._signer.public_key.hex()}, "another key"
        if told.size:
            assert journal.size >= told.size, f"{journal.size} of {told.size} records"
            assert journal.root_at(told.size).hex() == told.root, "other records"
        for digest in told.photos:
            assert journal.attachments.get(digest) is not None, "a photo is gone"
        _deeply(journal)


def _deeply(journal: Journal) -> None:
    journal.verify()
    for entry in journal.entries(0, journal.size):
        sealed = envelope.check(entry.data)
        if sealed.kind == PHOTO:
            digest = str(sealed.body["photo"])
            data = journal.attachments.get(digest)
            assert data is not None, "a record names a photo that is not there"
            assert sha256(data).hexdigest() == digest
    before = journal.size
    journal.append(KIND, {"after": "the cut"})
    assert journal.size == before + 1
    journal.verify()
