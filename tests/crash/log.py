"""The write log: what a program asked of the disk, call by call, as the shim recorded it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_HEAD = struct.Struct("<BIIQ")


class Call(NamedTuple):
    """One call; ``path`` and ``other`` are relative to the watched folder ("" is the folder)."""

    what: str
    """c(reate) w(rite) t(runcate) s(ync) u(nlink) r(ename) l(ink) mk d(irectory) m(ark)."""
    path: str
    data: bytes = b""
    at: int = 0

    @property
    def other(self) -> str:
        """The second path of a rename or link."""
        return self.data.decode()


UNTRACED = ("-shm", ".lock")
"""Files that mean nothing after a power cut: SQLite's shared index, the lock beside it."""


def read_log(file: Path, root: Path) -> list[Call]:
    """The calls of a recorded run, in order."""
    return list(_calls(file.read_bytes(), str(root)))


def _calls(data: bytes, root: str) -> Iterator[Call]:
    place = 0
    while place < len(data):
        what, named, length, at = _HEAD.unpack_from(data, place)
        place += _HEAD.size
        path = data[place : place + named].decode()
        body = data[place + named : place + named + length]
        place += named + length
        if path.endswith(UNTRACED):
            continue
        kind = chr(what)
        if kind in "rl":
            body = _inside(body.decode(), root).encode()
        yield Call(kind, path if kind == "m" else _inside(path, root), body, at)


def _inside(path: str, root: str) -> str:
    return path[len(root) :].lstrip("/")
