"""A second memory of the newest checkpoint, outside the database.

It shows that the database was restored from a backup: then the log is shorter than, or other
than, what was signed, and signing on would fork it. Mirrors on other media outlive the disk.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

FILE = "checkpoint.last"
"""In the data folder."""
_WHOLE = re.compile(r"([0-9]{1,15}) ([0-9a-f]{64})\n")


class Memory:
    """Size and root of the newest checkpoint, in a small file, and in the same on other media."""

    def __init__(self, path: Path, mirrors: Sequence[Path] = ()) -> None:
        """Keep it at ``path`` and at every mirror that is there."""
        self._path, self._mirrors = path, tuple(mirrors)
        self._unwritten: tuple[int, str] | None = None
        self.later: Callable[[Callable[[], None]], object] | None = None
        """Has work done in a moment, not now: answers need not wait for a memory that may lag."""

    def remember(self, size: int, root: str) -> None:
        """Write the newest size and root, now or in a moment.

        Called when the checkpoint is durable: a disk that refuses leaves the older memory, which
        may lag and is no reason to deny what was kept.
        """
        asked, self._unwritten = self._unwritten is not None, (size, root)
        if self.later is None:
            self.write()
        elif not asked:
            self.later(self.write)

    def write(self) -> None:
        """Write what was to be remembered; replaced whole, never in place."""
        newest, self._unwritten = self._unwritten, None
        if newest is None:
            return
        for path in (self._path, *self._mirrors):
            fresh = path.with_suffix(".new")
            with suppress(OSError):
                fresh.write_text(f"{newest[0]} {newest[1]}\n", encoding="ascii")
                fresh.replace(path)

    def recall(self) -> tuple[int, str] | None:
        """The most that was remembered anywhere; None if nothing is or no file says so."""
        if self._unwritten is not None:
            return self._unwritten
        found = [_read(path) for path in (self._path, *self._mirrors)]
        return max((one for one in found if one is not None), default=None)

    def away(self) -> list[Path]:
        """Mirrors whose medium is not there."""
        return [path for path in self._mirrors if not path.parent.is_dir()]


def _read(path: Path) -> tuple[int, str] | None:
    try:
        found = _WHOLE.fullmatch(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return (int(found[1]), found[2]) if found else None
