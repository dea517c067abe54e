"""The server's disk: an alarm before it is full, a reserve for what is in hand once it is.

A full disk makes the server give up its reserve. What that frees is for the alarm and its
checkpoint, for pushes that were being taken in, and for acts that stop or close something. New work
is refused with a code of its own until there is room again. Reading goes on, also on a disk that
takes no writes at all.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Literal, NamedTuple

from server.words import Refusal
from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from server.log.book import Book
    from sync.reserve import Reserve

LOG = logging.getLogger("lotbook.server")
DiskState = Literal["well", "low", "full", "refusing"]
AHEAD = 16
"""Times the reserve: with less free the alarm is raised. At the default 1 GiB, which the heaviest
load (1,000 records a second) fills in ten minutes, and a usual day in months."""
OF_THE_DISK = frozenset({"disk-full", "disk-read-only", "write-failed", "database-unreadable"})
"""Faults of a disk that refuses writes; what it holds can be read."""
LOW, FULL, REFUSING = "disk-low", "disk-full", "disk-refusing"
"""Codes of the alarms."""
ABOUT = "server"


class Standing(NamedTuple):
    """How the disk is, and how many bytes are free; None if nobody keeps an eye on it."""

    state: DiskState
    free: int | None


class Disk:
    """The disk under the data folder. All calls from one thread."""

    def __init__(
        self, book: Book, reserve: Reserve | None = None,
        refuses: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        """Alarms go into ``book``; ``refuses`` tries whether the disk takes no writes.

        Without a reserve nothing is told apart: every write that finds no room is refused.
        """
        self._book, self._reserve, self._refuses = book, reserve, refuses
        self._full = self._refusing = False
        self._unsaid: set[str] = set()
        """Alarms that could not be written when they were due."""

    def standing(self) -> Standing:
        """How it is now."""
        free = self._free()
        if self._refusing:
            return Standing("refusing", free)
        if self._full:
            return Standing("full", free)
        return Standing("low" if self._low(free) else "well", free)

    def admit(self) -> None:
        """Refusal ``disk-reserve`` for new work while the room left is for what is in hand."""
        if self._full:
            self._refill()
        if self._full:
            raise Refusal("disk-reserve")

    def refused(self, fault: Fault) -> bool:
        """The disk refused a write: whether what was in hand has the room of the reserve now.

        Raises the alarm if it can be written, else at the next look.
        """
        if fault.code == "disk-full" and self._reserve is not None:
            if self._reserve.give_up():
                LOG.error("the disk is full: the reserve is given up for what is in hand")
                self._full = True
                self._say(FULL)
            return self._full
        if fault.code in OF_THE_DISK and fault.code != "disk-full":
            self._refusing = True
            self._unsaid.add(REFUSING)
        return False

    @contextmanager
    def sparing(self) -> Iterator[None]:
        """A note beside an answer that needs no write: where the disk refuses, it is left out."""
        try:
            yield
        except Fault as fault:
            self.spare(fault)

    def spare(self, fault: Fault) -> None:
        """Go on without what was refused; the reserve is not given up for it. Raises others."""
        if fault.code not in OF_THE_DISK:
            raise fault
        if fault.code != "disk-full":
            self.refused(fault)

    def look(self) -> None:
        """Every few seconds: warn ahead, say what was not said, take the reserve again."""
        if self._refusing:
            self._refusing = self._refuses()
        self._refill()
        if self._low(self._free()):
            self._unsaid.add(LOW)
        for code in sorted(self._unsaid):
            self._say(code)

    def _refill(self) -> None:
        if self._reserve is not None and self._reserve.keep():
            self._full = False

    def _free(self) -> int | None:
        if self._reserve is None:
            return None
        with suppress(OSError):  # the disk is gone, and says so to everybody else
            return self._reserve.free()
        return 0

    def _low(self, free: int | None) -> bool:
        return self._reserve is not None and free is not None and free < AHEAD * self._reserve.size

    def _say(self, code: str) -> None:
        """Raise the alarm unless it is open. In recovery nothing can be signed: later, then."""
        self._unsaid.add(code)
        if self._book.recovery:
            return
        try:
            self._book.alarm_unless_open(code, ABOUT, free=self._free() or 0)
        except Fault as fault:
            LOG.warning("the alarm %s waits: %s", code, fault)
            return
        self._unsaid.discard(code)
