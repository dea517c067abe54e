"""What an effective record does to the state of its job order, kind by kind.

Only ``forms.job`` calls these, and only after the judge let the record count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from forms import entries as kinds
from forms.cover import pending
from forms.job_state import Attempt, JobState, Nonconformity, Recorded, Sample, Session, Signature
from forms.judge_quality import attempt_of
from forms.judge_work import outcome, within
from forms.masters import MeasureStep, SignStep
from forms.rules import Verdict, verdict
from forms.terms import Disposition, PersonnelClass, Quantity

if TYPE_CHECKING:
    from collections.abc import Mapping

K = TypeVar("K")
V = TypeVar("V")
Effect = Callable[[JobState, Recorded, Any, Verdict], JobState]
_REVIEWERS = {PersonnelClass.SUPERVISOR, PersonnelClass.QUALITY}


def _with(mapping: Mapping[K, V], key: K, value: V) -> dict[K, V]:
    return {**mapping, key: value}


def _without(mapping: Mapping[K, V], key: K) -> dict[K, V]:
    return {each: value for each, value in mapping.items() if each != key}


def _place(entry: kinds.Entry) -> tuple[str, str]:
    return entry.context.operation, entry.context.step


# --- sessions and holds ------------------------------------------------------------------------


def _opened(
    state: JobState, recorded: Recorded, entry: kinds.SessionOpened, _: Verdict
) -> JobState:
    session = Session(entry.context.person)
    return replace(state, sessions=_with(state.sessions, recorded.origin, session))


def _closed(state: JobState, recorded: Recorded, _e: kinds.SessionClosed, _: Verdict) -> JobState:
    return replace(state, sessions=_with(state.sessions, recorded.origin, None))


def _held(state: JobState, recorded: Recorded, entry: kinds.HoldPlaced, _: Verdict) -> JobState:
    return replace(state, holds=_with(state.holds, recorded.ref, entry))


def _lifted(state: JobState, _r: Recorded, entry: kinds.HoldLifted, _: Verdict) -> JobState:
    return replace(state, holds=_without(state.holds, entry.hold))


# --- material ----------------------------------------------------------------------------------


def _identified(
    state: JobState, recorded: Recorded, entry: kinds.LotIdentified, _: Verdict
) -> JobState:
    scan = (recorded.ref, entry)
    return replace(state, identified=_with(state.identified, _place(entry), scan))


def _consumed(state: JobState, recorded: Recorded, entry: kinds.Consumed, _: Verdict) -> JobState:
    key = f"{entry.item}/{entry.lot}"
    used = _with(state.used, key, (*state.used.get(key, ()), entry.quantity))
    consumed = _with(state.consumed, _place(entry), (recorded.ref, entry))
    return replace(state, used=used, consumed=consumed)


def _printed(
    state: JobState, recorded: Recorded, entry: kinds.LabelPrinted, _: Verdict
) -> JobState:
    """The newest label counts: an older one's read-back proves nothing any more."""
    printed = _with(state.printed, entry.serial, (recorded.ref, entry))
    return replace(state, printed=printed, read=_without(state.read, entry.serial))


def _read(state: JobState, recorded: Recorded, entry: kinds.LabelRead, _: Verdict) -> JobState:
    return replace(state, read=_with(state.read, entry.serial, recorded.ref))


def _produced(state: JobState, recorded: Recorded, entry: kinds.Produced, _: Verdict) -> JobState:
    return replace(state, produced=_with(state.produced, entry.serial, (recorded.ref, entry)))


# --- results -----------------------------------------------------------------------------------


def _confirmed(
    state: JobState, recorded: Recorded, entry: kinds.Confirmed, verdict_: Verdict
) -> JobState:
    attempt = Attempt(recorded.ref, entry.context.person, verdict_, outcome=entry.answer)
    return _tried(state, _place(entry), 1, attempt)


def _inspected(
    state: JobState, recorded: Recorded, entry: kinds.Inspected, verdict_: Verdict
) -> JobState:
    attempt = Attempt(recorded.ref, entry.context.person, verdict_, outcome=entry.outcome)
    return _tried(state, _place(entry), entry.sample, attempt)


def _measured(
    state: JobState, recorded: Recorded, entry: kinds.MeasurementTaken, verdict_: Verdict
) -> JobState:
    quantity = entry.taken.quantity
    attempt = Attempt(
        recorded.ref,
        entry.context.person,
        verdict_,
        outcome=f"{quantity.value:f}" if quantity else "",
        quantity=quantity,
        typed=entry.taken.typed,
    )
    return _tried(state, _place(entry), entry.sample, attempt)


def _tried(state: JobState, place: tuple[str, str], number: int, attempt: Attempt) -> JobState:
    samples = state.samples.get(place, ())
    if number > len(samples):
        samples = (*samples, Sample(number))
    grown = tuple(
        replace(each, attempts=(*each.attempts, attempt)) if each.number == number else each
        for each in samples
    )
    return replace(state, samples=_with(state.samples, place, grown))


def _changed(state: JobState, ref: str, **changes: object) -> JobState:
    """The state with the attempt of that ref changed."""
    samples = {
        place: tuple(
            replace(
                each,
                attempts=tuple(
                    replace(one, **changes) if one.ref == ref else one  # type: ignore[arg-type]
                    for one in each.attempts
                ),
            )
            for each in row
        )
        for place, row in state.samples.items()
    }
    return replace(state, samples=samples)


# --- quality -----------------------------------------------------------------------------------


def _raised(
    state: JobState, recorded: Recorded, entry: kinds.NonconformityRaised, _: Verdict
) -> JobState:
    raised = Nonconformity(recorded.ref, entry)
    return replace(state, nonconformities=_with(state.nonconformities, recorded.ref, raised))


def _decided(
    state: JobState, recorded: Recorded, entry: kinds.DispositionDecided, _: Verdict
) -> JobState:
    known = state.nonconformities[entry.nonconformity]
    decided = replace(known, decided_ref=recorded.ref, decided=entry)
    return replace(state, nonconformities=_with(state.nonconformities, known.ref, decided))


def _corrected(
    state: JobState, recorded: Recorded, _e: kinds.Corrected, _: Verdict
) -> JobState:
    return replace(state, corrections=_with(state.corrections, recorded.ref, value=False))


def _release_decided(
    state: JobState, recorded: Recorded, entry: kinds.ReleaseDecided, _: Verdict
) -> JobState:
    return replace(state, release=(recorded.ref, entry))


# --- signatures --------------------------------------------------------------------------------


def _signed(state: JobState, recorded: Recorded, entry: kinds.Signed, _: Verdict) -> JobState:
    state = _session_signed(state, recorded, entry)
    waiting = pending(state, entry.covers)
    for ref in waiting:
        state = _in_force(state, ref, entry)
    if waiting:
        return state
    if entry.personnel_class in _REVIEWERS:
        state = replace(state, reviewed=state.reviewed | set(entry.covers))
    return _signature(state, recorded, entry)


def _session_signed(state: JobState, recorded: Recorded, entry: kinds.Signed) -> JobState:
    """Signing with all components counts for the rest of the signer's own session."""
    session = state.sessions.get(recorded.origin)
    if session is None or session.person != entry.context.person:
        return state
    signed = replace(session, signed=True)
    return replace(state, sessions=_with(state.sessions, recorded.origin, signed))


def _in_force(state: JobState, ref: str, entry: kinds.Signed) -> JobState:
    target = state.by_ref[ref].entry
    if isinstance(target, kinds.DispositionDecided):
        return _disposed(state, target, entry.context.person)
    if isinstance(target, kinds.Corrected):
        return _correction_in_force(state, ref, target)
    return replace(state, released_by=entry.context.person)


def _disposed(state: JobState, target: kinds.DispositionDecided, signer: str) -> JobState:
    known = state.nonconformities[target.nonconformity]
    closed = replace(known, signed_by=signer)
    state = replace(state, nonconformities=_with(state.nonconformities, known.ref, closed))
    for ref in known.raised.about:
        state = _voided(_disposed_record(state, ref, target.disposition), ref, known.ref)
    if target.disposition is Disposition.SCRAP:
        return _scrapped(state, known)
    return state


def _disposed_record(state: JobState, ref: str, disposition: Disposition) -> JobState:
    """A failing result is accepted, given up, or opened again; a good one stays as it is."""
    found = attempt_of(state, ref)
    if found is None or found[1].state != "failed":
        return state
    return _changed(state, ref, disposition=disposition)


def _scrapped(state: JobState, known: Nonconformity) -> JobState:
    """Units, if it is all about their labels; else the lot."""
    about = [state.by_ref[ref].entry for ref in known.raised.about]
    units = (kinds.LabelPrinted, kinds.LabelRead, kinds.Produced)
    serials = {each.serial for each in about if isinstance(each, units)}
    if all(isinstance(each, units) for each in about) and serials <= set(state.serials):
        produced = {key: unit for key, unit in state.produced.items() if key not in serials}
        return replace(state, scrapped=state.scrapped | serials, produced=produced)
    return replace(state, lot_scrapped=True)


def _correction_in_force(state: JobState, ref: str, target: kinds.Corrected) -> JobState:
    found = attempt_of(state, target.of)
    state = replace(state, corrections=_with(state.corrections, ref, value=True))
    if found is None or found[1].state != "passed":
        return state
    attempt = found[1]
    changes: dict[str, object] = {
        "outcome": target.now,
        "corrected_by": (*attempt.corrected_by, ref),
        "verdict": _rejudged(state, found[0], target),
    }
    if target.field == "quantity" and attempt.quantity is not None:
        changes["quantity"] = Quantity(value=Decimal(target.now), unit=attempt.quantity.unit)
    return _voided(_changed(state, target.of, **changes), target.of, ref)


def _rejudged(state: JobState, place: tuple[str, str], target: kinds.Corrected) -> Verdict:
    """The verdict on the value as corrected."""
    if target.field == "quantity" and state.master is not None:
        step = state.master.step(*place)
        if isinstance(step, MeasureStep):
            return verdict(*within(step.limits, Decimal(target.now)))
    return verdict(*outcome({"yes": "pass"}.get(target.now, target.now)))


def _voided(state: JobState, record: str, by: str) -> JobState:
    """A signature over a record that was corrected or disposed of later must be given again."""
    signatures = tuple(
        replace(each, voided_by=by) if record in each.covers and not each.voided_by else each
        for each in state.signatures
    )
    return replace(state, signatures=signatures)


def _signature(state: JobState, recorded: Recorded, entry: kinds.Signed) -> JobState:
    operation, step = _place(entry)
    is_step = state.master is not None and any(
        isinstance(each, SignStep) and (one.id, each.id) == (operation, step)
        for one in state.master.operations
        for each in one.steps
    )
    signature = Signature(
        ref=recorded.ref,
        person=entry.context.person,
        meaning=entry.meaning,
        operation=operation if is_step else "",
        step=step if is_step else "",
        covers=frozenset(entry.covers),
    )
    return replace(state, signatures=(*state.signatures, signature))


EFFECTS: dict[type, Effect] = {
    kinds.SessionOpened: _opened,
    kinds.SessionClosed: _closed,
    kinds.HoldPlaced: _held,
    kinds.HoldLifted: _lifted,
    kinds.LotIdentified: _identified,
    kinds.Consumed: _consumed,
    kinds.LabelPrinted: _printed,
    kinds.LabelRead: _read,
    kinds.Produced: _produced,
    kinds.Confirmed: _confirmed,
    kinds.Inspected: _inspected,
    kinds.MeasurementTaken: _measured,
    kinds.NonconformityRaised: _raised,
    kinds.DispositionDecided: _decided,
    kinds.Corrected: _corrected,
    kinds.ReleaseDecided: _release_decided,
    kinds.Signed: _signed,
}
"""What each kind does. A kind without a line says something and changes nothing."""
