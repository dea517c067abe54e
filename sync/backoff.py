"""How long to wait before the next try: longer after each failure, never in step with others."""

from __future__ import annotations

from collections.abc import Callable

from sync.faults import Fault

FIRST_S = 1.0
CAP_S = 60.0
MOST_ASKED_S = 3_600
"""A server that asks for more is not believed."""
_MOST_DOUBLINGS = 10


class Backoff:
    """Exponential backoff with full jitter."""

    def __init__(
        self, random: Callable[[], float], first_s: float = FIRST_S, cap_s: float = CAP_S
    ) -> None:
        """``random`` gives numbers from 0 to 1."""
        self._random = random
        self._first_s = first_s
        self._cap_s = cap_s
        self._failures = 0

    def succeeded(self) -> None:
        """Start over."""
        self._failures = 0

    def failed(self, fault: Fault) -> float:
        """Seconds to wait after this failure; at least what the server asked for.

        Up to half of that again on top: it may have asked a hundred stations for the same.
        """
        ceiling = min(self._cap_s, self._first_s * 2.0 ** min(self._failures, _MOST_DOUBLINGS))
        self._failures += 1
        chance = self._random()
        asked = min(fault.retry_after_s or 0, MOST_ASKED_S)
        return max(ceiling * (0.5 + 0.5 * chance), asked * (1.0 + 0.5 * chance))
