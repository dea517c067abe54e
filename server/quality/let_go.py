"""Records that a log which ended is known to have had and that never came: whether they are let go.

A station that is lost ends by its next epoch, which two persons enrol, or by revocation. Both raise
an alarm that names what is here and what is known of. Who of quality closes it, with a reason, lets
the rest go: from then on no lot waits for it, and every release that it may concern says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from server.ingest.claims import claimed, kept
from sync import canonical

if TYPE_CHECKING:
    from server.store.protocol import Row, Store

TOLD = ("continuity-break", "records-missing")
"""The alarms about what is missing of a log."""


class LetGo(NamedTuple):
    """What never came of a log."""

    origin: str
    first: int
    last: int


def awaited(store: Store, origin: str) -> bool:
    """Whether records of the log that are not here are to be waited for.

    Of one that ended, too, while an alarm about it is open, while more is known of than was let go,
    and if nobody closed one but the person who revoked it: that takes two. What a revoked one says
    to have had above its cut-off makes nobody wait: whoever has its key may say so.
    """
    here, told = kept(store, origin), _told(store, origin)
    if claimed(store, origin) <= here:
        return False
    known = _known_to_exist(store, origin)
    if known is None or any(row["closed_by"] is None for row in told):
        return True
    agreed = [_claimed(row) for row in told if _by_another(row)]
    return (bool(told) and not agreed) or known > max([here, *agreed])


def let_go(store: Store, origin: str) -> LetGo | None:
    """What of the log never came and is not waited for; None if there is no such thing."""
    here = kept(store, origin)
    stop = max((_claimed(row) for row in _told(store, origin) if _by_another(row)), default=0)
    return None if stop <= here or awaited(store, origin) else LetGo(origin, here, stop - 1)


def _known_to_exist(store: Store, origin: str) -> int | None:
    """How many records that count are known of; None while the log goes on."""
    known = claimed(store, origin)
    revoked = store.one("stations", origin=origin, status="revoked")
    if revoked is not None and revoked["valid_to"] is not None:
        return min(known, int(revoked["valid_to"]))
    return known if store.one("breaks", origin=origin) else None


def _told(store: Store, origin: str) -> list[Row]:
    return [row for code in TOLD for row in store.rows("alarms", code=code, about=origin)]


def _claimed(row: Row) -> int:
    return int(str(canonical.loads(row["params"])["claimed"]))


def _by_another(row: Row) -> bool:
    """Whether it was closed, and not by the person whose act raised it."""
    return bool(row["closed_by"]) and row["closed_by"] != canonical.loads(row["params"]).get("by")
