"""Judging decisions: nonconformities, dispositions, corrections, holds, release."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from forms.case import about_known, lots_not_stopped
from forms.cover import about_of, doers
from forms.entries import Confirmed, Inspected, MeasurementTaken
from forms.release import ready
from forms.rights import Action, allows
from forms.rules import because
from forms.terms import Disposition

if TYPE_CHECKING:
    from forms.case import Case, Reasons
    from forms.entries import (
        Corrected,
        DispositionDecided,
        HoldLifted,
        HoldPlaced,
        NonconformityRaised,
        ReleaseDecided,
    )
    from forms.job_state import Attempt, JobState

_DIGITS = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,20})?")
_FIELD_OF = {MeasurementTaken: "quantity", Inspected: "outcome", Confirmed: "answer"}
_WORDS = {"outcome": {"pass", "fail"}, "answer": {"yes", "no"}}


def raised(case: Case) -> Reasons:
    """It is about records of this job order, and says what is wrong."""
    entry = cast("NonconformityRaised", case.entry)
    if not entry.about:
        yield because("about-nothing")
    yield from about_known(case, entry.about)
    if not entry.description.strip():
        yield because("description-missing")


def decided(case: Case) -> Reasons:
    """An open nonconformity, decided with a reason by somebody with the right, not its doer."""
    entry = cast("DispositionDecided", case.entry)
    known = case.state.nonconformities.get(entry.nonconformity)
    if known is None:
        yield because("nonconformity-unknown", ref=entry.nonconformity[:8])
    elif known.state == "in_force":
        yield because("nonconformity-decided", ref=known.ref[:8])
    if not entry.reason.strip():
        yield because("reason-missing")
    yield from may_decide(case, entry)


def may_decide(case: Case, entry: DispositionDecided) -> Reasons:
    """Whether the case's person may decide, or sign, this disposition."""
    person = case.person
    if person is None:
        return
    if person.id in doers(case.state, about_of(case.state, entry.nonconformity)):
        yield because("own-work", person=person.name)
    concession = entry.disposition is Disposition.CONCESSION
    if concession and not allows(person.classes, Action.CONCEDE_FIRST):
        yield because("concession-by-quality", person=person.name)


def attempt_of(state: JobState, ref: str) -> tuple[tuple[str, str], Attempt] | None:
    """The result of that ref and where it stands, if it is the newest of its sample."""
    for place, samples in state.samples.items():
        for sample in samples:
            if sample.attempts and sample.attempts[-1].ref == ref:
                return place, sample.attempts[-1]
    return None


def corrected(case: Case) -> Reasons:
    """A passing value in force, typed or judged by a person, replaced with a reason."""
    entry = cast("Corrected", case.entry)
    found = attempt_of(case.state, entry.of)
    if found is None or found[1].state != "passed":
        yield because("correct-not-passed", ref=entry.of[:8])
        return
    place, attempt = found
    if place != (case.context.operation, case.context.step):
        yield because("correct-elsewhere", expected="/".join(place))
    original = case.state.by_ref[entry.of].entry
    if _FIELD_OF.get(type(original)) != entry.field:
        yield because("correct-field", field=entry.field)
    elif entry.field == "quantity" and not attempt.typed:
        yield because("correct-instrument")
    elif not _replaces(entry, attempt):
        yield because("correct-value", was=attempt.outcome, now=entry.now[:40])
    if not entry.reason.strip():
        yield because("reason-missing")


def _replaces(entry: Corrected, attempt: Attempt) -> bool:
    """Whether it names the value in force and a well-formed other one."""
    if entry.was != attempt.outcome or entry.now == entry.was:
        return False
    if entry.field == "quantity":
        return _DIGITS.fullmatch(entry.now) is not None
    return entry.now in _WORDS[entry.field]


def held(case: Case) -> Reasons:
    """A hold needs a lot and a reason; anybody may stop, so nothing else is asked."""
    entry = cast("HoldPlaced", case.entry)
    if not entry.item or not entry.lot or not entry.reason.strip():
        yield because("reason-missing")


def lifted(case: Case) -> Reasons:
    """An open hold, lifted with a reason."""
    entry = cast("HoldLifted", case.entry)
    if entry.hold not in case.state.holds:
        yield because("hold-unknown", ref=entry.hold[:8])
    if not entry.reason.strip():
        yield because("reason-missing")


def release_decided(case: Case) -> Reasons:
    """The right lot, quantity and records; to release, everything must be ready."""
    entry, state = cast("ReleaseDecided", case.entry), case.state
    if entry.lot != state.order.lot:
        yield because("release-lot", expected=state.order.lot, got=entry.lot)
    made = Decimal(len(state.produced))
    if (entry.quantity.value, entry.quantity.unit) != (made, "ea"):
        yield because("release-quantity", expected=made, got=entry.quantity)
    if entry.records != len(state.records):
        yield because("release-records", expected=len(state.records), got=entry.records)
    if case.person is not None and case.person.id in doers(state):
        yield because("own-work", person=case.person.name)
    if entry.decision == "released":
        yield from ready(state).reasons
        yield from lots_not_stopped(case)
    elif not entry.reason.strip():
        yield because("reason-missing")
