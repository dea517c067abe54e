"""How long who entered wrong secrets must wait for the next try; the same at station and server."""

from __future__ import annotations

from forms.rights import RIGHTS, Action

MOST_WRONG = 5
"""Wrong secrets in a row before the first wait."""
MOST_EVER = 20
"""From here on a station waits for a second person to lift the lock."""
FIRST_WAIT_S, LONGEST_WAIT_S = 60, 900
"""Seconds; the wait doubles with each further wrong secret."""
LIFTERS = RIGHTS[Action.UNLOCK]
"""Who may lift another person's lock."""


def wait_s(wrong: int) -> int | None:
    """Seconds to wait after so many wrong secrets in a row; None: until it is lifted."""
    if wrong < MOST_WRONG:
        return 0
    if wrong >= MOST_EVER:
        return None
    return min(FIRST_WAIT_S << (wrong - MOST_WRONG), LONGEST_WAIT_S)
