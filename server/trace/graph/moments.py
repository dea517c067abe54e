"""Times as microseconds since 1970 and the zone they were written in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import cache

NEVER_SAID = -(2**63)
"""Of a row whose time nobody wrote: it counts as having happened at any time."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def packed(text: str) -> tuple[int, int]:
    """Microseconds UTC, and minutes that the zone is ahead. Without a zone it is UTC."""
    if not text:
        return NEVER_SAID, 0
    when = datetime.fromisoformat(text)
    ahead = when.utcoffset()
    if ahead is None:
        return micros(when.replace(tzinfo=UTC)), 0
    return micros(when), ahead // timedelta(minutes=1)


def micros(when: datetime) -> int:
    """Microseconds since 1970 of an aware time."""
    return (when - _EPOCH) // _MICROSECOND


def unpacked(at: int, ahead: int) -> str:
    """The text again, RFC 3339; empty if nobody wrote it."""
    if at == NEVER_SAID:
        return ""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(_zone(ahead)).isoformat()


@cache
def _zone(ahead: int) -> timezone:
    return timezone(timedelta(minutes=ahead)) if ahead else UTC
