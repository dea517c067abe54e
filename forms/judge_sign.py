"""Judging electronic signatures (21 CFR 11.50, 11.70, 11.200)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from forms.case import about_known, in_step_order, lots_not_stopped
from forms.cover import MAX_COVERS, doers, next_cover, pending, required_cover
from forms.entries import Corrected, DispositionDecided, ReleaseDecided
from forms.judge_quality import may_decide
from forms.masters import SignStep
from forms.release import ready
from forms.rights import RIGHTS, Action
from forms.rules import because
from forms.terms import Disposition, Meaning, PersonnelClass

if TYPE_CHECKING:
    from forms.case import Case, Reasons
    from forms.entries import Signed

TIME_TOLERANCE = timedelta(minutes=15)
"""How far the time shown to the signer may be from the record's own."""
REVIEWERS = RIGHTS[Action.REVIEW]


def signed(case: Case) -> Reasons:
    """The signer, the components, the time, the cover, and what the signature is for."""
    entry = cast("Signed", case.entry)
    yield from _signer(case, entry)
    yield from _components(case, entry)
    yield from _time(case, entry)
    if not 0 < len(entry.covers) <= MAX_COVERS or len(set(entry.covers)) != len(entry.covers):
        yield because("cover-size", most=MAX_COVERS)
    yield from about_known(case, entry.covers)
    yield from _purpose(case, entry)


def _signer(case: Case, entry: Signed) -> Reasons:
    person = case.person
    if person is None:
        return
    if entry.printed_name != person.name:
        yield because("name-differs", expected=person.name)
    if entry.personnel_class not in person.classes:
        yield because("class-missing", person=person.name, needs=entry.personnel_class)


def _components(case: Case, entry: Signed) -> Reasons:
    session = case.state.sessions.get(case.recorded.origin)
    continued = session is not None and session.person == case.context.person and session.signed
    asked = {"secret"} if continued else {"badge", "secret"}
    if not asked <= set(entry.components):
        yield because("components-missing")


def _time(case: Case, entry: Signed) -> Reasons:
    try:
        shown = datetime.fromisoformat(entry.time)
        apart = abs(shown - case.recorded.wall)
    except (ValueError, TypeError):  # TypeError: no offset
        yield because("signature-time", time=entry.time[:40])
        return
    if apart > TIME_TOLERANCE:
        yield because("signature-time", time=entry.time[:40])


def _purpose(case: Case, entry: Signed) -> Reasons:
    """A decision waiting in the cover comes first, then a sign step, else it is a review."""
    waiting = pending(case.state, entry.covers)
    if waiting:
        for ref in waiting:
            yield from _of_waiting(case, entry, ref)
    elif isinstance(case.step, SignStep):
        yield from _of_step(case, entry, case.step)
    else:
        yield from _of_review(case, entry)


def _of_waiting(case: Case, entry: Signed, ref: str) -> Reasons:
    target = case.state.by_ref[ref].entry
    if isinstance(target, DispositionDecided):
        yield from _of_disposition(case, entry, target)
    elif isinstance(target, Corrected):
        yield from _of_correction(case, entry, target)
    else:
        yield from _of_release(case, entry, cast("ReleaseDecided", target), ref)


def _of_disposition(case: Case, entry: Signed, target: DispositionDecided) -> Reasons:
    concession = target.disposition is Disposition.CONCESSION
    allowed = RIGHTS[Action.CONCEDE_FIRST] if concession else REVIEWERS
    yield from _class(entry, *allowed)
    yield from _meaning(entry, Meaning.APPROVED)
    yield from may_decide(case, target)


def _of_correction(case: Case, entry: Signed, target: Corrected) -> Reasons:
    yield from _meaning(entry, Meaning.AUTHORSHIP)
    if target.context.person != case.context.person:
        yield because("correct-author", expected=target.context.person)


def _of_release(case: Case, entry: Signed, target: ReleaseDecided, ref: str) -> Reasons:
    yield from _class(entry, *RIGHTS[Action.RELEASE])
    yield from _meaning(entry, Meaning(target.decision))
    yield from _not_doer(case, doers(case.state))
    if case.state.records[-1].ref != ref:
        yield because("decision-stale")
    elif target.decision == "released":
        yield from ready(case.state).reasons
        yield from lots_not_stopped(case)


def _of_step(case: Case, entry: Signed, step: SignStep) -> Reasons:
    misplaced = [*in_step_order(SignStep)(case)]
    yield from misplaced
    if misplaced:
        return
    yield from _class(entry, step.personnel_class)
    yield from _meaning(entry, step.meaning)
    cover = next_cover(case.state, case.context.operation, step)
    if entry.covers != cover:
        yield because("cover-differs", expected=len(cover), got=len(entry.covers))
    if step.not_by_doer:
        every = required_cover(case.state, case.context.operation, step)
        yield from _not_doer(case, doers(case.state, set(every)))
    if case.state.open_nonconformities:
        yield because("nonconformity-open")
    if False in case.state.corrections.values():
        yield because("correction-unsigned")
    if case.state.lot_scrapped:
        yield because("lot-scrapped", lot=case.state.order.lot)


def _of_review(case: Case, entry: Signed) -> Reasons:
    yield from _class(entry, *REVIEWERS)
    yield from _meaning(entry, Meaning.REVIEWED)
    yield from _not_doer(case, doers(case.state, set(entry.covers)))


def _class(entry: Signed, *allowed: PersonnelClass) -> Reasons:
    if entry.personnel_class not in allowed:
        yield because("class-missing", person=entry.printed_name, needs=allowed[0])


def _meaning(entry: Signed, meaning: Meaning) -> Reasons:
    if entry.meaning is not meaning:
        yield because("wrong-meaning", meaning=meaning)


def _not_doer(case: Case, people: frozenset[str]) -> Reasons:
    if case.context.person in people:
        yield because("own-work", person=case.context.person)
