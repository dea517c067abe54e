"""The promises of a server, asked of the product's reading code alone: fast, for every state.

The station's tree and root against the newest receipt, the book against its own checkpoints and
memory, and the photos; ``tests.crash.server.check`` opens and goes on with the whole product.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pysqlite3

from server.log.memory import Memory
from server.log.tree import Tree
from server.store.opening import DATABASE
from server.store.sqlite import SqliteStore
from server.store.unwritten import Unwritten
from tests.crash.server import kept


class Glimpse(SqliteStore):
    """The store opened for reading only: SQLite recovers its WAL as ever, and writes nothing."""

    def __init__(self, path: Path) -> None:
        """Of the database at ``path``; the schema is looked at by ``check``."""
        self._reading = pysqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self._depth, self._unwritten = 0, Unwritten(self._write)

    @property
    def _connection(self) -> pysqlite3.Connection:
        return self._reading

    def close(self) -> None:
        """What is in the WAL stays there."""
        self._reading.close()


def glance(folder: Path, marks: tuple[str, ...]) -> None:
    """The same promises, asked of the product's reading code alone."""
    store, data = Glimpse(folder / "data" / DATABASE), folder / "data"
    try:
        kept(store, marks)
        _said(store, Memory(data / "checkpoint.last"))
        for mark in marks:
            if mark.startswith("file "):
                digest = mark.split()[1]
                photo = (data / "attachments" / digest[:2] / digest).read_bytes()
                assert sha256(photo).hexdigest() == digest, "a photo is spoilt"
    finally:
        store.close()


def _said(store: Glimpse, memory: Memory) -> None:
    """The server's own log still is what its newest checkpoint and its memory say."""
    tree, newest, remembered = Tree(store), store.newest("checkpoints"), memory.recall()
    said = [(newest["size"], newest["root"])] if newest else []
    for size, root in [*said, *([remembered] if remembered else [])]:
        assert tree.size() >= size, "the log is shorter than its checkpoint"
        assert tree.root(size).hex() == root, "the log is another than its checkpoint says"
