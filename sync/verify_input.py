"""What kind of evidence a path leads to, and its verification."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sync import container, journal_source, server_source
from sync.export_folder import NotAnExport, format_of
from sync.faults import Fault
from sync.journal_source import DatabaseJournal, FolderJournal
from sync.server_source import FolderServer
from sync.sqlite import reading
from sync.verify import NotAPack, verify
from sync.verify_journal import JournalCheck
from sync.verify_server import verify_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sync.keyring import Keyring
    from sync.verdict import Verdict
    from sync.verify_marks import Mark

_SQLITE = b"SQLite format 3\x00"


class Outcome(Protocol):
    """What a verification gives, whatever was verified."""

    @property
    def sound(self) -> bool:
        """True if nothing is wrong."""

    def text(self, language: str) -> str:
        """All of it for a person."""

    def body(self) -> dict[str, Any]:
        """All of it for a program."""


class UnusableInput(Exception):
    """An input that cannot be used: which file, and why."""

    def __init__(self, path: Path, why: str) -> None:
        """``why`` is for a person to read."""
        super().__init__(why)
        self.path, self.why = path, why


def verify_path(
    path: Path,
    ring: Keyring,
    seen: Sequence[tuple[str, Mark]] = (),
    progress: Callable[[int], None] = lambda _count: None,
    authorities: Sequence[Any] = (),
) -> Outcome:
    """Verify whatever evidence lies at ``path``. Raises UnusableInput.

    ``authorities``: certificates by which the time stamp of a pack counts
    (:func:`sync.timestamp.authorities`).
    """
    try:
        if path.is_dir():
            return _folder(path, ring, seen, progress)
        with path.open("rb") as file:
            database = file.read(len(_SQLITE)) == _SQLITE
        if database:
            with reading(path) as connection:
                return JournalCheck(DatabaseJournal(connection), ring, seen).verdict(progress)
        return verify(read_bounded(path, container.MOST_BYTES * 2), ring, seen, authorities)
    except (NotAPack, NotAnExport, Fault) as error:
        raise UnusableInput(path, str(error)) from error
    except OSError as error:
        raise UnusableInput(path, error.strerror or str(error)) from error


def _folder(
    path: Path,
    ring: Keyring,
    seen: Sequence[tuple[str, Mark]],
    progress: Callable[[int], None],
) -> Verdict:
    form = format_of(path)
    if form == journal_source.FORMAT:
        return JournalCheck(FolderJournal(path), ring, seen).verdict(progress)
    if form == server_source.FORMAT:
        return verify_folder(FolderServer(path), ring, seen, progress)
    raise NotAnExport(f"unknown format {form!r}")


def read_bounded(path: Path, most: int) -> bytes:
    """The file's bytes, at most ``most``: it is never read further. Raises UnusableInput."""
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise UnusableInput(path, error.strerror or str(error)) from error
    if len(data) > most:
        raise UnusableInput(path, f"larger than {most} bytes")
    return data
