"""A file of records, one a line, byte for byte as they were signed: written and read in a stream.

A line is the record's own bytes. Where those cannot stand on a line (they hold a line feed, or do
not begin with ``{``), it is ``=`` and their base64. So ``sed -n 5p`` gives the fifth record to any
other tool, and no bytes are made again.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from sync.canonical import ENTRY_LIMIT

LINE_LIMIT = ENTRY_LIMIT * 4 // 3 + 8
"""Longest line in bytes: the longest entry in base64, and a little."""


def line_of(data: bytes) -> bytes:
    """The line that holds ``data``, with its line feed."""
    plain = data.startswith(b"{") and b"\n" not in data
    return (data if plain else b"=" + b64encode(data)) + b"\n"


def data_of(line: bytes) -> bytes:
    """The record in a line; a line that holds none comes back as it is, and fits no hash."""
    line = line.removesuffix(b"\n")
    if not line.startswith(b"="):
        return line
    try:
        return b64decode(line[1:], validate=True)
    except binascii.Error:
        return line


def read_lines(path: Path, limit: int = LINE_LIMIT) -> Iterator[bytes]:
    """The records of a file, in order, never more than ``limit`` bytes in memory; OSError."""
    with path.open("rb") as file:
        while line := file.readline(limit):
            yield data_of(line)


class LineFile:
    """A file being written: its size and SHA-256 are known when it is closed."""

    def __init__(self, file: BinaryIO) -> None:
        """Write to ``file``, from its beginning."""
        self._file, self._hash, self.size = file, sha256(), 0

    def add(self, data: bytes) -> None:
        """Write a record as a line."""
        self.write(line_of(data))

    def write(self, data: bytes) -> None:
        """Write bytes as they are."""
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        """Digest (hex) of all that was written."""
        return self._hash.hexdigest()
