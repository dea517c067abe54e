"""Attachments on disk, named by their digest; the database only knows that they are there."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from server.words import Refusal
from sync import files

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from server.store.protocol import Store

LARGEST = 16 * 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Attachments:
    """Files by SHA-256 under a folder, two levels deep."""

    def __init__(self, folder: Path, store: Store, clock: Callable[[], datetime]) -> None:
        """Keep files under ``folder``, made when needed."""
        self._folder, self._store, self._clock = folder, store, clock

    def put(self, sha256: str, data: bytes, origin: str) -> None:
        """Keep the bytes under their digest; again is the same. Refusal if they differ.

        Raises Fault ``disk-full`` or ``write-failed``: then nothing was taken.
        """
        path = self._path(sha256)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Refusal("attachment-wrong", name=sha256[:12])
        known = self._store.one("attachments", sha256=sha256) is not None
        if known and self._whole(path, sha256):
            return
        files.make_folder(path.parent)
        files.replace(path, data)
        if known:  # the file was lost or hurt, and is back
            return
        row = {"sha256": sha256, "size": len(data), "origin": origin}
        with self._store.transaction():
            self._store.add("attachments", row | {"received_at": self._clock().isoformat()})

    def get(self, sha256: str) -> bytes:
        """The bytes of a digest, checked again; Refusal if unknown or hurt."""
        path = self._path(sha256)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise Refusal("not-found", what="attachment", name=sha256[:12]) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Refusal("damaged", why=f"attachment {sha256[:12]}")
        return data

    def _whole(self, path: Path, sha256: str) -> bool:
        try:
            return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
        except OSError:
            return False

    def has(self, sha256: str) -> bool:
        """Whether the attachment arrived."""
        return self._store.one("attachments", sha256=sha256) is not None

    def _path(self, sha256: str) -> Path:
        if not _DIGEST.fullmatch(sha256):
            raise Refusal("bad-request", why="a digest is 64 hex digits")
        return self._folder / sha256[:2] / sha256
