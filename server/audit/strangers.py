"""Refusals of nobody in particular: the first is a leaf at once, the others are said by the minute.

So that whoever knocks without a name is seen, and cannot fill the log.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from server.audit.trail import Trail

MINUTE = timedelta(minutes=1)
MOST_COUNTED = 64
"""Kinds of refusals that are told apart within a minute."""
OTHERS = ("", "", "other")

Refused = tuple[str, str, str]
"""Address, route, and why."""


class Strangers:
    """Counts them."""

    def __init__(self, trail: Trail, clock: Callable[[], datetime]) -> None:
        """Said in ``trail``."""
        self._trail, self._clock = trail, clock
        self._counted: Counter[Refused] = Counter()
        self._since: datetime | None = None

    def refused(self, key: Refused) -> None:
        """Somebody was refused."""
        if key not in self._counted and len(self._counted) >= MOST_COUNTED:
            key = OTHERS
        now = self._clock()
        if self._since is None or not timedelta(0) <= now - self._since < MINUTE:
            self.flush()
            self._since = now
        self._counted[key] += 1
        if self._counted[key] == 1:
            self._say(key, 1)

    def flush(self) -> None:
        """Say what was counted and not said yet: when its minute is over, and before a stop."""
        counted, self._counted = self._counted, Counter()
        for key, count in counted.items():
            if count > 1:
                self._say(key, count - 1)

    def _say(self, key: Refused, count: int) -> None:
        place, route, why = key
        self._trail.note("", route, "", count, place=place, result=why)
