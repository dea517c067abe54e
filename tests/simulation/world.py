"""Simulated time, what is due in it, and the diary of what happened."""

from __future__ import annotations

import hashlib
import heapq
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

BEGIN = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
"""True time when a run begins."""
SHOWN = 50
"""How many of the last events are kept as text."""
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


class Event(NamedTuple):
    """Something due; equal times in the order they were planned."""

    at_ns: int
    number: int
    work: Callable[[], None]


class World:
    """True time and the one queue of events. Nothing runs but through here."""

    def __init__(self) -> None:
        """At the beginning, with nothing due."""
        self.now_ns = 0
        self._due: list[Event] = []
        self._planned = 0
        self._last: deque[str] = deque(maxlen=SHOWN)
        self._hash = hashlib.sha256()
        self.events = 0

    def say(self, who: str, what: str) -> None:
        """Write a line into the diary: every line counts for the run's hash."""
        line = f"{self.clock()} {who:<9} {what}"
        self._hash.update(f"{self.now_ns} {line}\n".encode())
        self._last.append(line)
        self.events += 1

    def clock(self) -> str:
        """True time as the diary shows it."""
        return f"{BEGIN + timedelta(microseconds=self.now_ns // 1000):%d %H:%M:%S}"

    def last(self) -> list[str]:
        """The last lines of the diary."""
        return list(self._last)

    def digest(self) -> str:
        """Hash of everything in the diary, to the nanosecond."""
        return self._hash.hexdigest()

    def after(self, delay_ns: int, work: Callable[[], None]) -> None:
        """Plan ``work`` in so many nanoseconds."""
        self._planned += 1
        heapq.heappush(self._due, Event(self.now_ns + max(0, delay_ns), self._planned, work))

    def pass_(self, span_ns: int) -> None:
        """Let time pass and do what is due in it; may be called from within an event.

        So a request that takes its time lets people, other stations and late messages in between,
        as threads and machines would.
        """
        until = self.now_ns + span_ns
        while self._due and self._due[0].at_ns <= until:
            event = heapq.heappop(self._due)
            self.now_ns = max(self.now_ns, event.at_ns)
            event.work()
        self.now_ns = max(self.now_ns, until)

    def forget(self) -> None:
        """Nothing planned is due any more."""
        self._due.clear()
