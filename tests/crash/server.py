"""A server as the crash tests run it: founded for real, taking real pushes; what it promises.

``work`` takes batches that a station made, and puts a mark in the write log with every receipt it
gave. ``check`` opens what a cut left with the whole product, and lets the station push the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import nacl.utils
import pytest

from server.folder import DataFolder
from server.log.tree import Tree
from server.parts import Parts
from server.plan import read_plan
from server.store.sqlite import SqliteStore
from sync import files
from sync.journal import Batch
from sync.keys import TEST_COST, TestSigner, Verifier
from sync.protocol import Received
from sync.testing import ManualClock
from tests.crash.station import Mark
from tests.server.plant import MASTER, PLAN, PREFIX, plant_at

ORIGIN = f"{PREFIX}/ST-01/1"
BATCHES = "batches.json"
PHOTO = b"as seen " * 300


@contextmanager
def opened(folder: Path) -> Iterator[Parts]:
    """The server over its data folder."""
    with _server(folder).open() as parts:
        yield parts


def _server(folder: Path) -> DataFolder:
    return DataFolder(folder / "data", ManualClock(), nacl.utils.random, TEST_COST)


def prepare(folder: Path) -> None:
    """Found a server, enrol a station, and lay out what the station has to say."""
    with plant_at(folder) as plant:
        station = plant.station()
        station.work("JO-1")
        made = [station.journal.batch(start, 3) for start in range(0, station.journal.size, 3)]
        station.close()
    told = [(one.start, [each.decode() for each in one.entries], one.head) for one in made]
    (folder / BATCHES).write_text(json.dumps(told), encoding="utf-8")


@lru_cache(maxsize=4)
def batches(data: bytes) -> list[Batch]:
    """What the station has to say, in pieces of three."""
    return [Batch(at, tuple(map(str.encode, texts)), head) for at, texts, head in json.loads(data)]


def push(parts: Parts, batch: Batch) -> str:
    """Hand a batch over; the receipt's mark."""
    verifier = Verifier.of(TestSigner(ORIGIN, ORIGIN))
    answer = parts.ingest.push(verifier, batch.start, batch.entries, batch.head)
    assert isinstance(answer, Received)
    root = Tree(parts.store, ORIGIN).root(batch.stop).hex()
    return f"receipt {batch.stop} {root}"


def photograph(parts: Parts) -> str:
    """Hand a photo over; its digest."""
    digest = sha256(PHOTO).hexdigest()
    parts.attachments.put(digest, PHOTO, ORIGIN)
    return digest


def work(folder: Path, mark: Mark, *, pages: int = 24) -> None:
    """Open, take every batch and a photo, close."""
    with opened(folder) as parts:
        store = parts.store
        assert isinstance(store, SqliteStore)
        store._database.connection.execute(f"PRAGMA wal_autocheckpoint={int(pages)}")
        for number, batch in enumerate(batches((folder / BATCHES).read_bytes())):
            mark(push(parts, batch))
            if number == 2:
                mark(f"file {photograph(parts)}")


def unsynced(folder: Path, mark: Mark) -> None:
    """A wrong one: photos are written without waiting for the disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "replace", lambda path, data: path.write_bytes(data))
        work(folder, mark)


def check(folder: Path, marks: tuple[str, ...]) -> None:
    """The whole server opens what the cut left, has what it gave receipts for, and goes on."""
    with opened(folder) as parts:
        assert not parts.book.recovery, "the server believes it was restored from a backup"
        kept(parts.store, marks)
        for mark in marks:
            if mark.startswith("file "):
                parts.attachments.get(mark.split()[1])
        have = parts.ingest.head(ORIGIN).size
        for batch in batches((folder / BATCHES).read_bytes()):
            if batch.stop > have:
                push(parts, batch)
                break


def kept(store: SqliteStore | object, marks: tuple[str, ...]) -> None:
    newest = next((mark for mark in reversed(marks) if mark.startswith("receipt ")), None)
    if newest is not None:
        _, size, root = newest.split()
        assert isinstance(store, SqliteStore)
        tree = Tree(store, ORIGIN)
        assert tree.size() >= int(size), f"{tree.size()} of {size} records"
        assert tree.root(int(size)).hex() == root, "other records"


def found(folder: Path, mark: Mark) -> None:
    """Found a server in an empty folder, as ``lotbook-server init`` does."""
    with TemporaryDirectory() as name:
        plan = Path(name)
        (plan / "plan.yaml").write_text(PLAN, encoding="utf-8")
        (plan / "small.yaml").write_text(MASTER, encoding="utf-8")
        _server(folder).init(read_plan(plan / "plan.yaml"), plan, {})
    mark("founded")


def check_founded(folder: Path, marks: tuple[str, ...]) -> None:
    """The founding is whole if it was promised; otherwise it can be done (again)."""
    server = _server(folder)
    if "founded" not in marks and not server._founded():
        found(folder, lambda _: None)
    with server.open() as parts:
        assert parts.directory.person("P-ADM") is not None
