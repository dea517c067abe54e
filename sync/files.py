"""Small files beside the databases that survive a power cut: whole, or not there at all.

A file's bytes and its name are two writes to the disk: both are forced before a function returns.
A disk that refuses is Fault ``disk-full`` or ``write-failed``.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sync.faults import Fault


def create(path: Path, data: bytes) -> None:
    """Make ``path`` with these bytes, mode 0600. Raises FileExistsError; never replaces."""
    if path.exists():
        raise FileExistsError(path)
    fresh = path.with_name(f"{path.name}.new")
    with _refusals():
        fresh.unlink(missing_ok=True)  # left by a power cut: nothing names it yet
        _fill(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), data)
        os.link(fresh, path)  # unlike a rename it never replaces
        fresh.unlink()
        _sync_folder(path.parent)


def replace(path: Path, data: bytes) -> None:
    """Make ``path`` hold these bytes; after a power cut it holds these or those before."""
    fresh = path.with_name(f"{path.name}.new")
    with _refusals():
        _fill(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), data)
        fresh.replace(path)
        _sync_folder(path.parent)


def extend(path: Path, data: bytes) -> None:
    """Add bytes at the end, making the file if need be. Not forced to disk: may be torn or gone."""
    with _refusals(), path.open("ab") as out:
        out.write(data)


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """Write a file as it comes; forced to disk, its name too, when the block ends."""
    with _refusals():
        with path.open("wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        _sync_folder(path.parent)


def rename(path: Path, to: Path) -> None:
    """Give a file that is on the disk its name, there too; what had that name is gone."""
    with _refusals():
        path.replace(to)
        _sync_folder(to.parent)


def settle(folder: Path) -> None:
    """Force all that lies in a folder to disk: files, folders and their names."""
    with _refusals():
        for path in folder.rglob("*"):
            if path.is_file():
                with path.open("r+b") as out:
                    os.fsync(out.fileno())
            elif path.is_dir():
                _sync_folder(path)
        _sync_folder(folder)


def make_folder(path: Path, mode: int = 0o700) -> None:
    """Make a folder and those above it, unless they are there."""
    if path.is_dir():
        return
    make_folder(path.parent, mode)
    with _refusals():
        path.mkdir(mode, exist_ok=True)
        _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    """Force a folder's names to disk."""
    if sys.platform == "win32":
        return  # NTFS keeps names in its own log, and a folder cannot be opened
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise Fault("disk-full" if full else "write-failed", str(error)) from error


def _fill(handle: int, data: bytes) -> None:
    """Write everything (a full disk may take less at a time) and force it to disk."""
    with os.fdopen(handle, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(handle)


def read_only(folder: Path) -> bool:
    """Whether the disk under ``folder`` takes no writes any more.

    Found out by trying: what is mounted says nothing of a file system that gave itself up.
    """
    probe = folder / ".probe"
    try:
        os.close(os.open(probe, os.O_WRONLY | os.O_CREAT, 0o600))
        probe.unlink()
    except OSError as error:
        return error.errno == errno.EROFS
    return False
