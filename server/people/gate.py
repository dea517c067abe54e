"""How often one client may try to sign in: a sliding window per address, kept in memory."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_ATTEMPTS = 30
WITHIN = timedelta(minutes=1)
MOST_CLIENTS = 4_096


class Gate:
    """Counts attempts by client; the lock on a badge (``people.sessions``) is another thing."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        most: int = MOST_ATTEMPTS,
        within: timedelta = WITHIN,
    ) -> None:
        """At most ``most`` attempts per client ``within`` that time."""
        self._clock, self._most, self._within = clock, most, within
        self._seen: dict[str, deque[datetime]] = {}

    def attempt(self, client: str) -> None:
        """Count one attempt; Refusal ``too-many`` saying how many seconds to wait."""
        now = self._clock()
        if len(self._seen) >= MOST_CLIENTS:
            self._forget(now)
        seen = self._fresh(self._seen.setdefault(client, deque()), now)
        if len(seen) >= self._most:
            wait = self._within - (now - seen[0])
            raise Refusal("too-many", seconds=int(wait.total_seconds()) + 1)
        seen.append(now)

    def _fresh(self, seen: deque[datetime], now: datetime) -> deque[datetime]:
        """Drop what is too old, or later than now because the clock was set back."""
        while seen and not now - self._within < seen[0] <= now:
            seen.popleft()
        return seen

    def _forget(self, now: datetime) -> None:
        """Drop clients without a recent attempt, so that addresses cannot fill the memory."""
        self._seen = {one: seen for one, seen in self._seen.items() if self._fresh(seen, now)}
