"""What a journal takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec

from sync.checkpoint import Checkpoint
from sync.clock import Stamp

Item = tuple[str, Mapping[str, object]]
"""Kind and body of an entry to append."""


class Appended(msgspec.Struct, frozen=True):
    """An entry that is now durable."""

    index: int
    ref: str
    """Leaf hash, hex."""
    data: bytes
    at: Stamp


class Stored(msgspec.Struct, frozen=True):
    """An entry read back."""

    index: int
    ref: str
    data: bytes


class SignedHead(NamedTuple):
    """The newest head and its signed note."""

    checkpoint: Checkpoint
    note: str


class Counts(NamedTuple):
    """How far the entries got: each number counts entries from the first on."""

    saved: int
    sent: int
    accepted: int
    witnessed: int
    oldest_unsent: datetime | None
    """When the oldest entry without a receipt was made."""


class Batch(NamedTuple):
    """Entries to send and the signed head after them."""

    start: int
    entries: tuple[bytes, ...]
    head: str

    @property
    def stop(self) -> int:
        """Index after the last entry."""
        return self.start + len(self.entries)


class HeadMirror(Protocol):
    """Remembers the newest head on a second medium (a tripwire against an old copy put back)."""

    def read(self) -> str | None:
        """The note kept, if any."""

    def write(self, note: str) -> None:
        """Keep this note; must not raise for a missing medium."""
