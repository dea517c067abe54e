"""The state of a job order is the fold of its records: pure, the same at the station and server."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forms.effects import EFFECTS
from forms.entries import Consumed, HoldLifted, HoldPlaced, SessionClosed, SessionOpened, Unread
from forms.job_state import (
    Attempt,
    JobState,
    Judged,
    Nonconformity,
    Recorded,
    Sample,
    Session,
    Signature,
)
from forms.judge import judge
from forms.merge import merge
from forms.rules import PASSED, Verdict, because, verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from forms.entries import AnyEntry
    from forms.masters import WorkMaster
    from forms.workpack import JobOrder, WorkPack

_EVERYWHERE = (SessionOpened, SessionClosed, HoldPlaced, HoldLifted)
"""Kinds that matter to a job order although they do not name it."""


def start(order: JobOrder, master: WorkMaster | None = None) -> JobState:
    """The state before any record. ``master``: the work master the order names, if at hand."""
    return JobState(order=order, master=master)


def fold(
    order: JobOrder,
    packs: Callable[[str], WorkPack | None],
    records: Iterable[Recorded],
    *,
    master: WorkMaster | None = None,
) -> JobState:
    """The state that these records add up to.

    ``packs`` gives the WorkPack of a digest (None: not at hand). ``records``: the job order's and,
    from the same origins, sessions, holds and what other job orders consumed; each origin's in
    index order, the origins in the order of :func:`~forms.merge.merge`.
    """
    state = start(order, master)
    for recorded in records:
        state, _ = advance(state, recorded, pack_of(recorded, packs))
    return state


def pack_of(recorded: Recorded, packs: Callable[[str], WorkPack | None]) -> WorkPack | None:
    """The pack the record names."""
    entry = recorded.entry
    return None if isinstance(entry, Unread) else packs(entry.context.work_pack)


def advance(state: JobState, recorded: Recorded, pack: WorkPack | None) -> tuple[JobState, Verdict]:
    """The state after one more record, and the verdict on it.

    A record of another job order passes without a verdict of its own. A ref seen before is the
    same record again: nothing changes.
    """
    known = state.by_ref.get(recorded.ref)
    if known is not None:
        return state, known.verdict
    state = _with_master(state, pack)
    if not _concerns(state, recorded):
        return _from_elsewhere(state, recorded), PASSED
    found = judge(state, recorded, pack)
    entry = recorded.entry
    if found.effective and not isinstance(entry, Unread):
        effect = EFFECTS.get(type(entry))
        state = effect(state, recorded, entry, found) if effect else state
    return _kept(_pack_seen(state, recorded, pack), recorded, found), found


def set_aside(state: JobState, recorded: Recorded) -> JobState:
    """The state with a record kept that could not be judged: without effect, blocking release."""
    return _kept(state, recorded, verdict(because("record-unjudged", ref=recorded.ref[:8])))


def _with_master(state: JobState, pack: WorkPack | None) -> JobState:
    if state.master is None and pack is not None:
        for approved in pack.masters:
            if approved.digest == state.order.work_master:
                return replace(state, master=approved.master)
    return state


def _concerns(state: JobState, recorded: Recorded) -> bool:
    """Whether the record is of this job order, or a session or hold, or cannot be told."""
    entry = recorded.entry
    return isinstance(entry, (*_EVERYWHERE, Unread)) or entry.context.job_order == state.order.id


def _from_elsewhere(state: JobState, recorded: Recorded) -> JobState:
    """What another job order took from a lot is gone, whatever was thought of it there."""
    entry = recorded.entry
    if not isinstance(entry, Consumed) or not recorded.sound:
        return state
    key = f"{entry.item}/{entry.lot}"
    return replace(state, used={**state.used, key: (*state.used.get(key, ()), entry.quantity)})


def _pack_seen(state: JobState, recorded: Recorded, pack: WorkPack | None) -> JobState:
    if pack is None or not recorded.sound:
        return state
    newest = max(pack.number, state.packs_seen.get(recorded.origin, 0))
    return replace(state, packs_seen={**state.packs_seen, recorded.origin: newest})


def _kept(state: JobState, recorded: Recorded, found: Verdict) -> JobState:
    entry: AnyEntry | Unread = recorded.entry
    if not isinstance(entry, Unread) and entry.context.job_order != state.order.id:
        return state
    if isinstance(entry, Consumed) and not found.effective:
        state = replace(state, drawn_besides=state.drawn_besides | {(entry.item, entry.lot)})
    judged = Judged(recorded, found)
    records, by_ref = state.records.and_(judged), state.by_ref.with_(recorded.ref, judged)
    return replace(state, records=records, by_ref=by_ref)


__all__ = [
    "Attempt", "JobState", "Judged", "Nonconformity", "Recorded", "Sample", "Session", "Signature",
    "Verdict", "advance", "fold", "merge", "pack_of", "set_aside",
    "start",
]  # fmt: skip
