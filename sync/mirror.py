"""The newest head once more, in a small file beside the database: shows a lost or old database."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


class FileMirror:
    """:class:`sync.journal_types.HeadMirror` in a file.

    Written after the commit and never forced to disk: it may lag behind the log, never lead it.
    """

    def __init__(self, path: Path) -> None:
        """Keep it at ``path``."""
        self._path = path

    def read(self) -> str | None:
        """The note kept; None if there is none that can be read."""
        try:
            return self._path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def write(self, note: str) -> None:
        """Replace the note, whole; a disk that refuses leaves the older one."""
        fresh = self._path.with_suffix(".new")
        with suppress(OSError):
            fresh.write_text(note, encoding="utf-8")
            fresh.replace(self._path)
