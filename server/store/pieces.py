"""Attachments on their way: a station's file grows piece by piece until it is whole."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sync import files

if TYPE_CHECKING:
    from pathlib import Path


class Pieces:
    """At most one unfinished file for each station, so that none can fill the disk with them.

    What is unfinished need not survive: the station still has the file, and only a whole one with
    the right digest is believed.
    """

    def __init__(self, folder: Path) -> None:
        """Keep unfinished files under ``folder``, made when needed."""
        self._folder = folder

    def have(self, origin: str, sha256: str) -> int:
        """How many bytes of this file came from this station."""
        path = self._path(origin, sha256)
        return path.stat().st_size if path.exists() else 0

    def grow(self, origin: str, sha256: str, piece: bytes) -> None:
        """Add what comes next; another file that this station began is given up.

        Raises Fault ``disk-full`` or ``write-failed``.
        """
        path = self._path(origin, sha256)
        self._forget(origin, but=path)
        files.make_folder(self._folder)
        files.extend(path, piece)

    def take(self, origin: str, sha256: str) -> bytes:
        """What has arrived, and no longer kept here; nothing if it cannot be read any more."""
        try:
            return self._path(origin, sha256).read_bytes()
        except OSError:
            return b""
        finally:
            self._forget(origin)

    def _path(self, origin: str, sha256: str) -> Path:
        return self._folder / f"{_name(origin)}.{sha256}"

    def _forget(self, origin: str, but: Path | None = None) -> None:
        for path in self._folder.glob(f"{_name(origin)}.*"):
            if path != but:
                path.unlink()


def _name(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()[:32]
