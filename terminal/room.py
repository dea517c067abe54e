"""Who may still record on a full disk: whoever closes the step in hand, in the reserve's room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from forms.entries import Context
    from sync.reserve import Reserve

T = TypeVar("T")
DiskState = Literal["", "low", "full"]
""""" all is well · low: less is free than the reserve · full: the reserve is given up."""


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
