"""One order for the records of many stations: causes before effects, then by time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms import entries as kinds
from forms.entries import Unread

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forms.job_state import Recorded


_CAUSE = {
    kinds.Consumed: "identified",
    kinds.LabelResult: "printed",
    kinds.LabelAccounted: "printed",
    kinds.LabelRead: "printed",
    kinds.Produced: "label",
    kinds.NonconformityRaised: "about",
    kinds.DispositionDecided: "nonconformity",
    kinds.Corrected: "of",
    kinds.Signed: "covers",
    kinds.HoldLifted: "hold",
}
"""The member of each kind that names the records it rests on."""


def refers_to(entry: kinds.AnyEntry | Unread) -> tuple[str, ...]:
    """The refs of the records this one rests on."""
    member = _CAUSE.get(type(entry))
    if member is None:
        return ()
    refs: str | tuple[str, ...] = getattr(entry, member)
    return (refs,) if isinstance(refs, str) else refs


def merge(records: Iterable[Recorded]) -> tuple[Recorded, ...]:
    """The records in one order: each origin's by index, no record before one it rests on.

    Among those that could come next the earliest by wall clock does (then by origin), so that a
    station's clock decides only what nothing better decides. A record whose causes are not among
    the records does not wait for them.
    """
    queues = _queues(records)
    waiting = {each.ref for queue in queues.values() for each in queue}
    merged: list[Recorded] = []
    while queues:
        heads = sorted((queue[-1] for queue in queues.values()), key=_earlier)
        free = (head for head in heads if not waiting.intersection(refers_to(head.entry)))
        chosen = next(free, heads[0])
        merged.append(chosen)
        waiting.discard(chosen.ref)
        queues[chosen.origin].pop()
        if not queues[chosen.origin]:
            del queues[chosen.origin]
    return tuple(merged)


def _queues(records: Iterable[Recorded]) -> dict[str, list[Recorded]]:
    """The records by origin, the next one last."""
    queues: dict[str, list[Recorded]] = {}
    for each in sorted(records, key=lambda one: one.index, reverse=True):
        queues.setdefault(each.origin, []).append(each)
    return queues


def _earlier(recorded: Recorded) -> tuple[float, str]:
    return recorded.wall.timestamp(), recorded.origin


__all__ = ["merge", "refers_to"]
