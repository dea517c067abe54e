"""A second memory of the newest checkpoint, outside the database.

It shows that the database was restored from a backup: then the log is shorter than, or other
than, what was signed, and signing on would fork it.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_WHOLE = re.compile(r"([0-9]{1,15}) ([0-9a-f]{64})\n")


class Memory:
    """Size and root of the newest checkpoint, in a small file."""

    def __init__(self, path: Path) -> None:
        """Keep it at ``path``."""
        self._path = path

    def remember(self, size: int, root: str) -> None:
        """Write the newest size and root; replaced whole, never in place.

        Called when the checkpoint is durable: a disk that refuses leaves the older memory, which
        may lag and is no reason to deny what was kept.
        """
        fresh = self._path.with_suffix(".new")
        with suppress(OSError):
            fresh.write_text(f"{size} {root}\n", encoding="ascii")
            fresh.replace(self._path)

    def recall(self) -> tuple[int, str] | None:
        """What was remembered; None if nothing is or the file is not readable as such."""
        try:
            found = _WHOLE.fullmatch(self._path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None
        return (int(found[1]), found[2]) if found else None
