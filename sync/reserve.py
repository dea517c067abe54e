"""Room kept on a disk for the day there is none: given up so that what is in hand can be ended.

A file beside the database takes up space. When the disk is full it is deleted; what that frees is
for the alarm and for what was in hand, nothing else. It is made again when there is room.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RESERVE_FILE = "disk.reserve"
"""Its name in a data folder."""
MIB = 1024 * 1024
_BLOCK = bytes(MIB)


class Reserve:
    """The file."""

    def __init__(self, path: Path, size: int, free: Callable[[], int]) -> None:
        """``size`` bytes at ``path``; ``free`` says how many bytes its disk has left."""
        self._path, self.size, self.free = path, size, free

    @property
    def held(self) -> bool:
        """Whether the room is taken."""
        return self._path.exists() and self._path.stat().st_size == self.size

    def keep(self) -> bool:
        """Take the room unless that would fill the disk; whether it is held now."""
        if not self.held and self.free() >= 2 * self.size:
            try:
                self._fill()
            except OSError:  # somebody was faster
                self.give_up()
        return self.held

    def _fill(self) -> None:
        with self._path.open("wb") as out:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(out.fileno(), 0, self.size)
            else:
                for start in range(0, self.size, len(_BLOCK)):
                    out.write(_BLOCK[: self.size - start])
            os.fsync(out.fileno())

    def give_up(self) -> bool:
        """Free the room; whether there was any to free."""
        held = self.held
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
        return held and not self.held
