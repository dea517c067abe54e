"""The arrays on disk, mapped at the next start: thrown away and made anew when they do not fit.

Nothing here is truth. A snapshot fits if it was written by this version and the log has the root it
had then, so that the same leaves are in it. Its files were on the disk before a header named them.
That they have the digests it names is looked at beside the first answers, because it takes longer
than they do (:meth:`Snapshots.sound`): those answers say so.
"""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from server.room import room_for
from server.trace.graph.base import flat, unflat
from sync import files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from server.trace.graph.base import Base

FORMAT = 3
HEADER = "header.json"


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What a snapshot says of itself."""

    format: int
    version: str
    """Of the program: another may fold differently."""
    leaves: int
    root: str
    """Of the global log, that many leaves long; hex."""
    folder: str
    digests: dict[str, str]
    """SHA-256 by file."""


class Snapshots:
    """The newest snapshot in a folder of its own."""

    def __init__(self, folder: Path, version: str) -> None:
        """Under ``folder``, made when needed; ``version`` of the program."""
        self._folder, self._version = folder, version

    def load(self, root_at: Callable[[int], str | None]) -> tuple[Base, int] | None:
        """Arrays and how many leaves they hold; None if there are none that fit.

        ``root_at``: the log's root at a size, None if it is not so long.
        """
        try:
            header = self._header()
            if (header.format, header.version) != (FORMAT, self._version):
                return None
            if root_at(header.leaves) != header.root:
                return None
            arrays = {name: self._array(header, name) for name in header.digests}
            return unflat(arrays), header.leaves
        except (OSError, ValueError, KeyError, msgspec.MsgspecError):
            return None  # not there, or not whole: it is only a copy

    def sound(self) -> bool:
        """Whether every file is as it was written. Any thread."""
        try:
            header = self._header()
            folder = self._folder / header.folder
            digests = header.digests.items()
            return all(_digest(folder / f"{name}.npy") == digest for name, digest in digests)
        except (OSError, ValueError, msgspec.MsgspecError):
            return False

    def save(self, base: Base, leaves: int, root: str) -> None:
        """Write the arrays beside those there are, then name them. Any thread.

        What was begun and cannot be ended is taken off the disk again. Raises Fault ``disk-full``
        (also where it would leave the server no room) or ``write-failed``, and OSError.
        """
        files.make_folder(self._folder)
        self._clear(but=self._named())
        room_for(self._folder, sum(array.nbytes for _, array in flat(base)))
        folder = self._folder / f"arrays-{leaves}"
        shutil.rmtree(folder, ignore_errors=True)
        try:
            header = Header(
                format=FORMAT, version=self._version, leaves=leaves, root=root,
                folder=folder.name, digests=_written(folder, base),
            )  # fmt: skip
            files.replace(self._folder / HEADER, msgspec.json.encode(header))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._clear(but=folder.name)

    def discard(self) -> None:
        """Throw it away."""
        with suppress(FileNotFoundError):
            (self._folder / HEADER).unlink()

    def _clear(self, but: str) -> None:
        for path in self._folder.glob("arrays-*"):
            if path.name != but:
                shutil.rmtree(path, ignore_errors=True)

    def _named(self) -> str:
        """The folder of the snapshot there is; empty if there is none."""
        try:
            return self._header().folder
        except (OSError, ValueError, msgspec.MsgspecError):
            return ""

    def _header(self) -> Header:
        data = (self._folder / HEADER).read_bytes()
        header = msgspec.json.decode(data, type=Header)
        if not header.folder.startswith("arrays-") or "/" in header.folder:
            raise ValueError(header.folder)
        return header

    def _array(self, header: Header, name: str) -> np.ndarray[Any, Any]:
        """Mapped, and no more than an array: a mapping's own class is slow to cut."""
        path = self._folder / header.folder / f"{name}.npy"
        size = path.stat().st_size
        mapped = np.load(path, mmap_mode="r" if size else None, allow_pickle=False)
        return mapped.view(np.ndarray) if mapped.size else np.zeros(mapped.shape, mapped.dtype)


def _written(folder: Path, base: Base) -> dict[str, str]:
    """Write the arrays into a folder that is new; the digest of each file."""
    folder.mkdir()
    for name, array in flat(base):
        with files.writing(folder / f"{name}.npy") as file:
            np.save(file, np.ascontiguousarray(array), allow_pickle=False)
    return {name: _digest(folder / f"{name}.npy") for name, _ in flat(base)}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
