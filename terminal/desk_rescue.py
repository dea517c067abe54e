"""The desk once nothing can be recorded: what is not sent, and the way out on a medium."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sync.faults import Fault
from terminal.desk import DeskBase
from terminal.ui import Rescue

if TYPE_CHECKING:
    from pathlib import Path

    from terminal.intents import Intent
    from terminal.rescuer import Written
    from terminal.unsent import Unsent

ELSEWHERE = frozenset({"database-in-use"})
"""Faults at which the records are in good hands: those of the kiosk that runs already."""


class DeskRescue(DeskBase):
    """Counting and exporting."""

    def stopped(self, code: str) -> None:
        """Show why, and begin to count what is not sent."""
        super().stopped(code)
        if code not in ELSEWHERE:
            self.set(rescue=Rescue())
            self.doors.rescuer.look(self._looked)

    def _looked(self, found: Unsent | Fault) -> None:
        if isinstance(found, Fault):
            self._rescue(unread=found.code)
        else:
            self._rescue(unsent=found)

    def do_export(self, _: Intent) -> None:
        """Write every record to the medium that is plugged in."""
        self._rescue(progress=0.0, problem="", folder="")
        self.doors.rescuer.export(self._written, self._exported)

    def _written(self, count: int) -> None:
        rescue = self.ui.rescue
        if rescue is not None and rescue.progress is not None:
            saved = rescue.unsent.saved if rescue.unsent else 0
            self._rescue(progress=min(0.99, count / saved) if saved else 0.0)

    def _exported(self, result: Written | Fault) -> None:
        if isinstance(result, Fault):
            self._rescue(progress=None, problem=result.code)
        else:
            self._rescue(progress=None, written=result.count, folder=_short(result.folder))

    def _rescue(self, **changes: object) -> None:
        if self.ui.rescue is not None:
            changed = replace(self.ui.rescue, **changes)  # type: ignore[arg-type]  # its fields
            self.set(rescue=changed)
            self.show()


def _short(folder: Path) -> str:
    """The medium's name and the folder on it: what a person can find again."""
    return f"{folder.parent.name}/{folder.name}"
