"""Room kept on the disk for the day there is none: given up so that the open step can be closed.

A file beside the database takes up space. When the disk is full it is deleted; what that frees is
for the alarm and for the step in hand, nothing else. It is made again when there is room.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, TypeVar

from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forms.entries import Context

T = TypeVar("T")
DiskState = Literal["", "low", "full"]
""""" all is well · low: less is free than the reserve · full: the reserve is given up."""
_BLOCK = bytes(1024 * 1024)


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


class Room:
    """Who may still record when the disk is full: whoever closes the step in hand."""

    def __init__(self, reserve: Reserve | None = None) -> None:
        """Take the reserve, if there is room for it; without one a full disk stops everything."""
        self._reserve = reserve
        self._open: tuple[str, str, str] | None = None
        """Job order, operation and step in hand when the reserve was given up."""
        if reserve is not None:
            reserve.keep()

    @property
    def state(self) -> DiskState:
        """How the disk is."""
        if self._open is not None:
            return "full"
        reserve = self._reserve
        return "low" if reserve is not None and reserve.free() < reserve.size else ""

    def admit(self, context: Context) -> None:
        """Raise Fault ``disk-reserve`` for what must wait until there is room again."""
        if self._open is None:
            return
        job, operation, step = self._open
        now = (context.job_order, context.operation, context.step)
        if not job or now not in {self._open, (job, operation, ""), (job, "", "")}:
            if not job or step or now[:2] != (job, operation):
                raise Fault("disk-reserve")
            self._open = now  # the operation had just begun: this is its step in hand

    def saving(self, context: Context, work: Callable[[], T], alarm: Callable[[], object]) -> T:
        """Do ``work``; on a full disk once more with the reserve given up, then the alarm."""
        try:
            return work()
        except Fault as fault:
            reserve = self._reserve
            if fault.code != "disk-full" or reserve is None or not reserve.give_up():
                raise
        self._open = (context.job_order, context.operation, context.step)
        result = work()
        alarm()
        return result

    def refill(self) -> bool:
        """Take the reserve again if there is room; whether work may go on since just now."""
        if self._reserve is None or self._reserve.held or not self._reserve.keep():
            return False
        was, self._open = self._open, None
        return was is not None
