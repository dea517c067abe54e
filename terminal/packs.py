"""The work packs this station accepted, read into terms; the newest is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.codec import decode_work_pack
from sync.faults import Fault

if TYPE_CHECKING:
    from forms.workpack import WorkPack
    from sync.inbox import Inbox

KEPT = 8
"""How many packs are kept read; older ones are read again when a record names them."""


class Packs:
    """Work packs by SHA-256. Lives on the writer thread, like the database behind it."""

    def __init__(self, inbox: Inbox | None) -> None:
        """``inbox`` is None while the station does not know its server's key yet."""
        self._inbox = inbox
        self._read: dict[str, WorkPack | None] = {}
        self._latest: tuple[str, WorkPack] | None = None
        self.problem = ""
        """Fault code of the newest pack if it was refused; the one before stays in force."""

    def accept(self, signed: bytes) -> str:
        """Take a signed pack that can be read; its SHA-256.

        Raises Fault for one that must not be obeyed; the one before stays in force.
        """
        if self._inbox is None:
            raise Fault("server-key-unknown", "no server key")
        try:
            decode_work_pack(signed.split(b"\n", 2)[-1])
            digest = self._inbox.accept(signed)
        except ValueError as error:
            self.problem = "pack-unreadable"
            raise Fault("pack-unreadable", str(error)) from error
        except Fault as fault:
            self.problem = fault.code
            raise
        self._latest, self.problem = None, ""
        return digest

    def latest(self) -> tuple[str, WorkPack] | None:
        """The pack in force with its SHA-256; None if there is none that can be read."""
        if self._latest is None and self._inbox is not None:
            found = self._inbox.latest()
            if found is not None:
                pack = self._decoded(*found)
                self.problem = self.problem if pack else "pack-unreadable"
                self._latest = (found[0], pack) if pack else None
        return self._latest

    def get(self, sha256: str) -> WorkPack | None:
        """The pack with that SHA-256; None if it was never accepted or cannot be read."""
        if sha256 in self._read:
            return self._read[sha256]
        content = self._inbox.get(sha256) if self._inbox is not None and sha256 else None
        return self._decoded(sha256, content) if content is not None else None

    def _decoded(self, sha256: str, content: bytes) -> WorkPack | None:
        if sha256 not in self._read:
            try:
                self._read[sha256] = decode_work_pack(content)
            except ValueError:
                self._read[sha256] = None
            while len(self._read) > KEPT:
                del self._read[next(iter(self._read))]
        return self._read[sha256]
