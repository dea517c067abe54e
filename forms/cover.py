"""What a signature must cover, what it is for, and who has done the work it judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.entries import (
    Confirmed,
    Consumed,
    Corrected,
    DispositionDecided,
    Inspected,
    LabelAccounted,
    LabelPrinted,
    LabelRead,
    LotIdentified,
    MeasurementTaken,
    Produced,
    ReleaseDecided,
    Unread,
)
from forms.masters import SignStep

if TYPE_CHECKING:
    from collections.abc import Collection

    from forms.job_state import JobState

DOING = (
    LotIdentified,
    Consumed,
    MeasurementTaken,
    Inspected,
    Confirmed,
    LabelPrinted,
    LabelAccounted,
    LabelRead,
    Produced,
    Corrected,
)
"""Kinds that make a person a doer: results and corrections, not decisions or signatures."""

MAX_COVERS = 900
"""Records of one signature: 67 bytes each, and an entry has 65,535."""


def covered_operations(state: JobState, operation: str, step: SignStep) -> tuple[str, ...]:
    """The operations a sign step answers for: those it names, or all up to and with its own."""
    if step.covers:
        return step.covers
    ids = [each.id for each in state.operations]
    return tuple(ids[: ids.index(operation) + 1])


def required_cover(state: JobState, operation: str, step: SignStep) -> tuple[str, ...]:
    """The refs this step must be signed for: every record of those operations.

    In the order judged, with refused and repeated ones.
    """
    wanted = set(covered_operations(state, operation, step))
    return tuple(
        judged.ref
        for judged in state.records
        if not isinstance(judged.entry, Unread) and judged.entry.context.operation in wanted
    )


def uncovered(state: JobState, operation: str, step: SignStep) -> tuple[str, ...]:
    """Of those, the refs that no signature in force on this step covers yet."""
    signed = {
        ref
        for one in state.signatures
        if (one.operation, one.step) == (operation, step.id) and not one.voided_by
        for ref in one.covers
    }
    wanted = required_cover(state, operation, step)
    return tuple(ref for ref in wanted if ref not in signed)


def next_cover(state: JobState, operation: str, step: SignStep) -> tuple[str, ...]:
    """The refs a signature on this step must cover now: neither more nor less is a signature.

    A step with more records than an entry can name is signed for in several signatures.
    """
    return uncovered(state, operation, step)[:MAX_COVERS]


def doers(state: JobState, refs: Collection[str] | None = None) -> frozenset[str]:
    """Who did the work in these records (all of the job order if None)."""
    return frozenset(
        judged.entry.context.person
        for judged in state.records
        if isinstance(judged.entry, DOING)
        and judged.recorded.sound
        and (refs is None or judged.ref in refs)
    )


def pending(state: JobState, refs: Collection[str]) -> tuple[str, ...]:
    """The refs that are decisions or corrections waiting for their signature."""
    return tuple(ref for ref in refs if _waits(state, ref))


def _waits(state: JobState, ref: str) -> bool:
    judged = state.by_ref.get(ref)
    if judged is None:
        return False
    if isinstance(judged.entry, DispositionDecided):
        return any(each.decided_ref == ref for each in state.open_nonconformities)
    if isinstance(judged.entry, Corrected):
        return state.corrections.get(ref) is False
    if isinstance(judged.entry, ReleaseDecided):
        return not state.closed and state.release is not None and state.release[0] == ref
    return False


def about_of(state: JobState, nonconformity: str) -> tuple[str, ...]:
    """The failing entries a nonconformity is about; none if it is not known."""
    known = state.nonconformities.get(nonconformity)
    return known.raised.about if known else ()
