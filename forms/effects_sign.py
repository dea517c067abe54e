"""What a signature does: decisions come in force, steps are signed, findings reviewed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from forms import entries as kinds
from forms.cover import pending, uncovered
from forms.effects_base import changed, place_of, with_
from forms.job_state import JobState, Nonconformity, Recorded, Signature
from forms.judge_quality import attempt_of
from forms.judge_work import outcome, within
from forms.masters import MeasureStep, SignStep
from forms.rights import RIGHTS, Action
from forms.rules import Verdict, verdict
from forms.terms import Disposition, Quantity

_REVIEWERS = set(RIGHTS[Action.REVIEW])


def signed(state: JobState, recorded: Recorded, entry: kinds.Signed, _: Verdict) -> JobState:
    """Put in force what waits for this signature; else it signs its step or reviews."""
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
    return replace(state, sessions=with_(state.sessions, recorded.origin, signed))


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
    state = replace(state, nonconformities=with_(state.nonconformities, known.ref, closed))
    for ref in known.raised.about:
        if not isinstance(state.by_ref[ref].entry, kinds.Signed):  # else no result has changed
            state = _voided(_disposed_record(state, ref, target.disposition), ref, known.ref)
    if target.disposition is Disposition.SCRAP:
        return _scrapped(state, known)
    return state


def _disposed_record(state: JobState, ref: str, disposition: Disposition) -> JobState:
    """A failing result is accepted, given up, or opened again; a good one stays as it is."""
    found = attempt_of(state, ref)
    if found is None or found[1].state != "failed":
        return state
    return changed(state, ref, disposition=disposition)


def _scrapped(state: JobState, known: Nonconformity) -> JobState:
    """Units, if it is all about labels that counted; else the lot (a refused label names none)."""
    about = [state.by_ref[ref] for ref in known.raised.about]
    units = (kinds.LabelPrinted, kinds.LabelRead, kinds.Produced)
    serials = {
        each.entry.serial
        for each in about
        if isinstance(each.entry, units) and each.verdict.effective
    }
    if all(isinstance(each.entry, units) and each.verdict.effective for each in about):
        produced = {key: unit for key, unit in state.produced.items() if key not in serials}
        return replace(state, scrapped=state.scrapped | serials, produced=produced)
    return replace(state, lot_scrapped=True)


def _correction_in_force(state: JobState, ref: str, target: kinds.Corrected) -> JobState:
    found = attempt_of(state, target.of)
    state = replace(state, corrections=with_(state.corrections, ref, value=True))
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
    return _voided(changed(state, target.of, **changes), target.of, ref)


def _rejudged(state: JobState, place: tuple[str, str], target: kinds.Corrected) -> Verdict:
    """The verdict on the value as corrected."""
    if target.field == "quantity" and state.master is not None:
        step = state.master.step(*place)
        if isinstance(step, MeasureStep):
            return verdict(*within(step.limits, Decimal(target.now)))
    return verdict(*outcome({"yes": "pass"}.get(target.now, target.now)))


def _voided(state: JobState, record: str, by: str) -> JobState:
    """A signature over a record that was corrected or disposed of later must be given again.

    The others of its step stay, and none of them completes it any more.
    """
    void = [one for one in state.signatures if record in one.covers and not one.voided_by]
    steps = {(one.operation, one.step) for one in void if one.step}
    signatures = tuple(
        replace(
            each,
            voided_by=by if each in void else each.voided_by,
            last=each.last and (each.operation, each.step) not in steps,
        )
        for each in state.signatures
    )
    return replace(state, signatures=signatures)


def _signature(state: JobState, recorded: Recorded, entry: kinds.Signed) -> JobState:
    operation, step = place_of(entry)
    signed = _sign_step(state, operation, step)
    signature = Signature(
        ref=recorded.ref,
        person=entry.context.person,
        meaning=entry.meaning,
        operation=operation if signed else "",
        step=step if signed else "",
        covers=frozenset(entry.covers),
        last=signed is None or len(uncovered(state, operation, signed)) == len(entry.covers),
    )
    return replace(state, signatures=(*state.signatures, signature))


def _sign_step(state: JobState, operation: str, step: str) -> SignStep | None:
    """The sign step of that name, if it is one."""
    found = (
        each
        for one in state.operations
        for each in one.steps
        if isinstance(each, SignStep) and (one.id, each.id) == (operation, step)
    )
    return next(found, None)
