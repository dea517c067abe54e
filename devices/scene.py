"""Whether two pictures show the same scene, told from very small copies. Pure."""

from __future__ import annotations

COLUMNS, ROWS = 16, 9
"""Size of the small copy; one byte of brightness each."""

_MOVED = 10.0
"""Mean difference of brightness from which on the scene is another one."""


def is_changed(before: bytes, now: bytes) -> bool:
    """Whether the scene is another; brighter or darker light alone does not make it one."""
    if len(before) != len(now) or not now:
        return bool(before)
    shift = (sum(now) - sum(before)) / len(now)
    apart = sum(abs(b - a - shift) for a, b in zip(before, now, strict=True)) / len(now)
    return apart > _MOVED
