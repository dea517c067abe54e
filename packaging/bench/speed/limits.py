"""What the machine can do at all, measured in the same run."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pysqlite3
import zstandard

from sync.keys import TestSigner, Verifier

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

KILOBYTE = 1024


def rate(work: Callable[[], object], least_s: float = 0.4) -> float:
    """How often ``work`` is done in a second."""
    count, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < least_s:
        work()
        count += 1
    return count / passed


def quantile(samples: Sequence[float], part: float) -> float:
    """The value below which ``part`` of the samples lie."""
    return sorted(samples)[min(len(samples) - 1, int(len(samples) * part))]


class RawFile:
    """Appends 1 KB and forces it to the disk: the least that durable can cost."""

    def __init__(self, path: Path) -> None:
        """A new file."""
        self._handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        self._data = os.urandom(KILOBYTE)

    def __call__(self) -> None:
        """One append."""
        os.write(self._handle, self._data)
        os.fdatasync(self._handle)


class Outbox:
    """The usual unsigned outbox: one table, one row a record, SQLite WAL and FULL."""

    def __init__(self, path: Path) -> None:
        """A new database."""
        self.connection = pysqlite3.connect(str(path), isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=FULL")
        self.connection.execute("CREATE TABLE outbox (id INTEGER PRIMARY KEY, data BLOB) STRICT")
        self._data = os.urandom(KILOBYTE)

    def __call__(self) -> None:
        """One record, one transaction."""
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute("INSERT INTO outbox (data) VALUES (?)", (self._data,))
        self.connection.execute("COMMIT")

    def bulk(self, rows: Sequence[bytes], batch: int = 2_000) -> float:
        """Rows a second when inserted in batches of the size that a station sends."""
        began = time.perf_counter()
        for start in range(0, len(rows), batch):
            self.connection.execute("BEGIN IMMEDIATE")
            piece = [(row,) for row in rows[start : start + batch]]
            self.connection.executemany("INSERT INTO outbox (data) VALUES (?)", piece)
            self.connection.execute("COMMIT")
        return len(rows) / (time.perf_counter() - began)


def limits(folder: Path, rows: Sequence[bytes]) -> dict[str, float]:
    """Rates a second: records for what stores, calls for signatures, bytes for zstd."""
    signer = TestSigner("bench")
    verifier, message = Verifier.of(signer), b"a checkpoint of about this length" * 4
    signature = signer.sign(message)
    joined = b"".join(rows[:2_000])
    compressor = zstandard.ZstdCompressor(level=3)
    return {
        "SQLite bulk insert, records/s": Outbox(folder / "bulk.db").bulk(rows[:40_000]),
        "Ed25519 sign/s": rate(lambda: signer.sign(message)),
        "Ed25519 verify/s": rate(lambda: verifier.verify(message, signature)),
        "zstd level 3, MB/s": rate(lambda: compressor.compress(joined)) * len(joined) / 1e6,
    }
