"""Who waits to be taken in, and in what order: pure bookkeeping, no clock and no chance.

Live records go before backlogs, and a backlog moves on in every turn, so that neither starves. A
station has one push in hand, and joins again at the end: all stations have the same share.
"""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

from server.words import Refusal

LIVE_ENTRIES = 20
"""A push of at most so many entries is live work: it takes a millisecond or less."""
MOST_LIVE = 1_000
"""Live pushes that may wait; at most one a station."""
MOST_BACKLOG = 32
"""Backlog pushes that may wait: no longer than a client waits for an answer (10 s)."""
TURN_LIVE = 128
"""Live pushes that share one transaction."""
TURN_ENTRIES = 500
"""Entries of backlogs in a turn: no more pushes once so many are reached."""
LEAST_S, SPREAD_S = 2, 8
"""Who is refused is told to come again in 2 to 9 seconds, the next one a second later than the
one before: a herd that was turned away does not come back in step."""

T = TypeVar("T")


class Lanes(Generic[T]):
    """Pushes waiting, by lane."""

    def __init__(self, most_live: int = MOST_LIVE, most_backlog: int = MOST_BACKLOG) -> None:
        """Nobody waits; at most so many ever do."""
        self._most_live, self._most_backlog = most_live, most_backlog
        self._live: deque[T] = deque()
        self._backlog: deque[tuple[int, T]] = deque()
        self._present: set[str] = set()
        self._refused = 0

    def __bool__(self) -> bool:
        """Whether anybody waits."""
        return bool(self._live or self._backlog)

    def join(self, origin: str, entries: int, push: T) -> None:
        """Wait for a turn; Refusal ``busy`` if the lane is full or the station has one in hand."""
        live = entries <= LIVE_ENTRIES
        lane, most = (
            (len(self._live), self._most_live) if live else (len(self._backlog), self._most_backlog)
        )
        if origin in self._present or lane >= most:
            self._refused += 1
            raise Refusal("busy", seconds=LEAST_S + self._refused % SPREAD_S)
        self._present.add(origin)
        if live:
            self._live.append(push)
        else:
            self._backlog.append((entries, push))

    def leave(self, origin: str) -> None:
        """The station's push is answered: it may send the next."""
        self._present.discard(origin)

    def turn(self) -> list[T]:
        """Those whose turn it is: live ones first, then at least one backlog push if one waits."""
        taken = [self._live.popleft() for _ in range(min(TURN_LIVE, len(self._live)))]
        total = 0
        while self._backlog and total < TURN_ENTRIES:
            entries, push = self._backlog.popleft()
            total += entries
            taken.append(push)
        return taken
