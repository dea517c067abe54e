"""Attachments on disk, named by their digest; the database only knows that they are there."""

from __future__ import annotations

import hashlib
import re
from itertools import islice
from typing import TYPE_CHECKING

from server.store.pieces import Pieces
from server.words import Refusal
from sync import files

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from server.store.protocol import Store

    State = Callable[[str, dict[str, object]], object]
    Alarm = Callable[[str, str], object]

MOST_ASKED = 100
LARGEST = 16 * 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Attachments:
    """Files by SHA-256 under a folder, two levels deep; what has not arrived whole lies beside."""

    def __init__(
        self,
        folder: Path,
        store: Store,
        clock: Callable[[], datetime],
        state: State,
        alarm: Alarm,
    ) -> None:
        """Keep files under ``folder``, made when needed.

        ``state`` states something in the log; ``alarm`` raises an alarm about something, once.
        """
        self._folder, self._store, self._clock = folder, store, clock
        self._state, self._alarm = state, alarm
        self._hurt: dict[str, str] = {}
        self._looked_at = ""
        self._pieces = Pieces(folder.with_name("arriving"))

    def put(self, sha256: str, data: bytes, origin: str) -> None:
        """Keep the bytes under their digest; again is the same. Refusal if they differ.

        Raises Fault ``disk-full`` or ``write-failed``: then nothing was taken.
        """
        path = self._path(sha256)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Refusal("attachment-wrong", name=sha256[:12])
        if self.whole(sha256):
            return
        known = self.has(sha256)
        files.make_folder(path.parent)
        files.replace(path, data)
        if known:  # the file was lost or hurt, and is back
            self._hurt.pop(sha256, None)
            self._state("attachments.mended", {"origin": origin, "attachments": [sha256]})
            return
        row = {"sha256": sha256, "size": len(data), "origin": origin}
        with self._store.transaction():
            self._store.add("attachments", row | {"received_at": self._clock().isoformat()})

    def forget(self, sha256: str) -> None:
        """Remove the file of a digest that was not kept after all; one that is kept stays."""
        if not self.has(sha256):
            self._path(sha256).unlink(missing_ok=True)

    def put_piece(self, sha256: str, size: int, start: int, piece: bytes, origin: str) -> int:
        """Take the bytes from ``start`` on of a file of ``size``; how many are there now.

        Only what begins where the file ends is taken. Refusal if the whole has another digest:
        then it begins anew. Raises Fault as :meth:`put`.
        """
        if start + len(piece) > size:
            raise Refusal("bad-request", why="a piece beyond the end of its file")
        if self.whole(sha256):
            return size
        have = self._pieces.have(origin, sha256)
        if start != have:
            return have
        if have + len(piece) == size:
            self.put(sha256, self._pieces.take(origin, sha256) + piece, origin)
        elif piece:
            self._pieces.grow(origin, sha256, piece)
        return have + len(piece)

    def get(self, sha256: str) -> bytes:
        """The bytes of a digest, checked again; Refusal if unknown or hurt."""
        path = self._path(sha256)
        try:
            data = path.read_bytes()
        except OSError as error:
            self._note(sha256)
            raise Refusal("not-found", what="attachment", name=sha256[:12]) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            self._note(sha256)
            raise Refusal("damaged", why=f"attachment {sha256[:12]}")
        return data

    def next(self) -> str:
        """The digest to look at now, of all in turn; empty at the end of a round."""
        after = self._looked_at + "0"  # the least text above it: a digest has 64 digits, this 65
        rows = self._store.rows("attachments", start=after if self._looked_at else "", limit=1)
        self._looked_at = str(rows[0]["sha256"]) if rows else ""
        return self._looked_at

    def sound(self, sha256: str) -> bool:
        """Whether the file of that digest is on the disk as it was. Any thread."""
        try:
            return hashlib.sha256(self._path(sha256).read_bytes()).hexdigest() == sha256
        except OSError:
            return False

    def hurt(self, sha256: str) -> None:
        """It was found hurt: an alarm, once, and whoever handed it over is asked for it again."""
        origin = self._note(sha256)
        if origin:
            self._alarm("attachment-damaged", f"{origin} {sha256}")

    def _note(self, sha256: str) -> str:
        """It cannot be read: ask whoever handed it over for it again. Who; empty for nobody."""
        row = self._store.one("attachments", sha256=sha256)
        if row is None:
            return ""
        self._hurt[sha256] = row["origin"]
        return str(row["origin"])

    def asked_of(self, origin: str) -> tuple[str, ...]:
        """Files that this station handed over and that were found hurt since the server began."""
        found = (digest for digest, whose in self._hurt.items() if whose == origin)
        return tuple(islice(found, MOST_ASKED))

    def whole(self, sha256: str) -> bool:
        """Whether the attachment arrived and is on the disk as it was."""
        return self.sound(sha256) and self.has(sha256)

    def has(self, sha256: str) -> bool:
        """Whether the attachment arrived."""
        return self._store.one("attachments", sha256=sha256) is not None

    def _path(self, sha256: str) -> Path:
        if not _DIGEST.fullmatch(sha256):
            raise Refusal("bad-request", why="a digest is 64 hex digits")
        return self._folder / sha256[:2] / sha256
