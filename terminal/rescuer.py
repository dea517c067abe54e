"""What a kiosk that cannot work still does: count what is not sent, and write all of it away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from terminal.tasks import Lane, Mailbox
    from terminal.unsent import Unsent


@dataclass(frozen=True, slots=True)
class Written:
    """An export that is complete."""

    count: int
    folder: Path


@dataclass(frozen=True, slots=True)
class Rescuer:
    """Works on a thread that has nothing else to do any more; answers on the UI thread."""

    lane: Lane
    mailbox: Mailbox
    database: Path
    media: Path
    """Where media are mounted."""
    now: Callable[[], datetime]

    def look(self, done: Callable[[Unsent | Fault], None]) -> None:
        """Count what is not sent."""
        from terminal.unsent import look  # noqa: PLC0415 - after the first screen

        self.lane.submit(lambda: look(self.database), done)

    def export(
        self, progress: Callable[[int], None], done: Callable[[Written | Fault], None]
    ) -> None:
        """Write the journal to the medium; ``progress`` is told how many records are written."""

        def told(count: int) -> None:
            self.mailbox.post(lambda: progress(count))

        self.lane.submit(lambda: export(self.database, self.media, self.now(), told), done)


def export(database: Path, media: Path, now: datetime, progress: Callable[[int], None]) -> Written:
    """Write every record to a new folder on a medium. Raises Fault; the folder is no export then.

    ``medium-missing`` if there is none, ``export-failed`` if it was pulled out or is full.
    """
    from sync.export_folder import NotAnExport  # noqa: PLC0415 - after the first screen
    from sync.journal_export import export_journal  # noqa: PLC0415
    from sync.journal_source import DatabaseJournal  # noqa: PLC0415
    from sync.sqlite import reading  # noqa: PLC0415
    from terminal.medium import find_medium, new_folder  # noqa: PLC0415

    medium = find_medium(media)
    with reading(database) as connection:
        try:
            source = DatabaseJournal(connection)
            folder = new_folder(medium, source.origin, now)
            return Written(export_journal(source, folder, progress=progress), folder)
        except NotAnExport as error:
            raise Fault("database-unreadable", str(error)) from error
        except OSError as error:
            raise Fault("export-failed", str(error)) from error
