"""A disk with a volatile cache: what is surely there, and what a power cut may take or spoil.

The model is that of ALICE and CrashMonkey, at its strictest. A write is cut into sectors, each of
which reaches the platter or not, in any order, whole or as noise, until its file is synced. A name
(create, unlink, rename, link) is a write of its own to its folder: it too may be lost or overtaken
until the *folder* is synced; syncing the file does not keep its name. One thing is assumed, as
SQLite does ("powersafe overwrite"): bytes that a write did not touch do not change.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tests.crash.log import Call

SECTOR = 512

Image = dict[str, bytes]
"""Files by path."""


class Piece(NamedTuple):
    """A sector's worth of a write, or a change of length (``data`` None), still in the cache."""

    file: int
    at: int
    data: bytes | None


class Name(NamedTuple):
    """A change of a folder, still in the cache."""

    call: Call
    file: int


Pending = Piece | Name


class Disk:
    """The platter, and in ``pending`` what is only in the cache, oldest first."""

    def __init__(self, image: Image | None = None) -> None:
        """Begin with ``image``, all of it durable."""
        self.pending: list[Pending] = []
        self._next = 0
        self._platter: dict[int, bytes] = {}
        self._folder: dict[str, int] = {}
        self._seen: dict[str, int] = {}
        """Names as the running program sees them."""
        for path, data in (image or {}).items():
            self._folder[path] = self._seen[path] = self._fresh(data)

    def _fresh(self, data: bytes = b"") -> int:
        self._next += 1
        self._platter[self._next] = data
        return self._next

    def take(self, call: Call) -> None:
        """The program made this call, and it succeeded."""
        if call.what == "s":
            self._sync(call.path)
        elif call.what == "w":
            self.pending += self._pieces(call)
        elif call.what == "t":
            self.pending.append(Piece(self._seen[call.path], call.at, None))
        elif call.what in "curl":
            self._name(call)

    def _pieces(self, call: Call) -> Iterable[Piece]:
        file, place, end = self._seen[call.path], call.at, call.at + len(call.data)
        while place < end:
            stop = min(end, (place // SECTOR + 1) * SECTOR)
            yield Piece(file, place, call.data[place - call.at : stop - call.at])
            place = stop

    def _name(self, call: Call) -> None:
        if call.what == "c":
            self._seen[call.path] = self._fresh()
        file = self._seen[call.path]
        change(self._seen, call, file)
        self.pending.append(Name(call, file))

    def _sync(self, path: str) -> None:
        """Everything about this file (its bytes) or folder (its names) is on the platter."""
        file = self._seen.get(path)
        mine = [one for one in self.pending if _concerns(one, path, file)]
        rest = [one for one in self.pending if not _concerns(one, path, file)]
        (self._platter, self._folder), self.pending = self.after(mine), rest

    def after(self, kept: Iterable[Pending]) -> tuple[dict[int, bytes], dict[str, int]]:
        """Platter and folder once these of the pending changes have reached them."""
        platter: dict[int, bytes | bytearray] = dict(self._platter)
        folder = dict(self._folder)
        for one in kept:
            if isinstance(one, Name):
                change(folder, one.call, one.file)
            else:
                write(platter, one)
        return {file: bytes(data) for file, data in platter.items()}, folder

    def image(self, kept: Iterable[Pending]) -> Image:
        """The files found after a power cut that spared these of the pending changes."""
        platter, folder = self.after(kept)
        return {path: platter[file] for path, file in folder.items()}


def _concerns(one: Pending, path: str, file: int | None) -> bool:
    if isinstance(one, Name):
        paths = [one.call.path, *([one.call.other] if one.call.what in "rl" else [])]
        return file is None and any(each.rpartition("/")[0] == path for each in paths)
    return one.file == file


def change(folder: dict[str, int], call: Call, file: int) -> None:
    """Make a change of names in a folder."""
    if call.what in "ur" and folder.get(call.path) == file:
        del folder[call.path]
    if call.what != "u":
        folder[call.other if call.what in "rl" else call.path] = file


def write(platter: dict[int, bytes | bytearray], piece: Piece) -> None:
    """Put a piece on the platter; a gap before it reads as zeros."""
    held = platter[piece.file]
    data = held if isinstance(held, bytearray) else bytearray(held)
    platter[piece.file] = data
    if piece.data is None:
        data[:] = data[: piece.at].ljust(piece.at, b"\0")
        return
    if len(data) < piece.at:
        data.extend(bytes(piece.at - len(data)))
    data[piece.at : piece.at + len(piece.data)] = piece.data
