"""What an effective record does to the state of its job order, kind by kind.

Only ``forms.job`` calls these, and only after the judge let the record count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from forms import entries as kinds
from forms.effects_base import place_of, with_, without
from forms.effects_sign import signed
from forms.job_state import Attempt, JobState, Nonconformity, Recorded, Sample, Session
from forms.labels import IssuedLabel
from forms.rights import RIGHTS, Action
from forms.rules import Verdict

K = TypeVar("K")
V = TypeVar("V")
Effect = Callable[[JobState, Recorded, Any, Verdict], JobState]
_REVIEWERS = set(RIGHTS[Action.REVIEW])


# --- sessions and holds ------------------------------------------------------------------------


def _opened(
    state: JobState, recorded: Recorded, entry: kinds.SessionOpened, _: Verdict
) -> JobState:
    session = Session(entry.context.person)
    return replace(state, sessions=with_(state.sessions, recorded.origin, session))


def _closed(state: JobState, recorded: Recorded, _e: kinds.SessionClosed, _: Verdict) -> JobState:
    return replace(state, sessions=with_(state.sessions, recorded.origin, None))


def _held(state: JobState, recorded: Recorded, entry: kinds.HoldPlaced, _: Verdict) -> JobState:
    return replace(state, holds=with_(state.holds, recorded.ref, entry))


def _lifted(state: JobState, _r: Recorded, entry: kinds.HoldLifted, _: Verdict) -> JobState:
    return replace(state, holds=without(state.holds, entry.hold))


# --- material ----------------------------------------------------------------------------------


def _identified(
    state: JobState, recorded: Recorded, entry: kinds.LotIdentified, _: Verdict
) -> JobState:
    scan = (recorded.ref, entry)
    return replace(state, identified=with_(state.identified, place_of(entry), scan))


def _consumed(state: JobState, recorded: Recorded, entry: kinds.Consumed, _: Verdict) -> JobState:
    key = f"{entry.item}/{entry.lot}"
    used = with_(state.used, key, (*state.used.get(key, ()), entry.quantity))
    consumed = with_(state.consumed, place_of(entry), (recorded.ref, entry))
    return replace(state, used=used, consumed=consumed)


def _printed(
    state: JobState, recorded: Recorded, entry: kinds.LabelPrinted, _: Verdict
) -> JobState:
    """The newest label counts: an older one's read-back proves nothing any more."""
    printed = with_(state.printed, entry.serial, (recorded.ref, entry))
    labels = with_(state.labels, recorded.ref, IssuedLabel(entry.serial, entry.copy))
    read = without(state.read, entry.serial)
    return replace(state, printed=printed, labels=labels, read=read)


def _told(state: JobState, _r: Recorded, entry: kinds.LabelResult, _: Verdict) -> JobState:
    """A printer that confirms a label refutes who said before that none came out."""
    known = replace(state.labels[entry.printed], result=entry.result)
    if entry.result == "printed" and known.fate == "absent":
        known = replace(known, fate="", why="")
    return replace(state, labels=with_(state.labels, entry.printed, known))


def _accounted(state: JobState, _r: Recorded, entry: kinds.LabelAccounted, _: Verdict) -> JobState:
    """A label that is elsewhere is on no unit: its read-back proves nothing any more."""
    known = replace(state.labels[entry.printed], fate=entry.fate, why=entry.reason)
    newest = state.printed[entry.serial][0] == entry.printed
    read = without(state.read, entry.serial) if newest else state.read
    return replace(state, labels=with_(state.labels, entry.printed, known), read=read)


def _read(state: JobState, recorded: Recorded, entry: kinds.LabelRead, _: Verdict) -> JobState:
    """Who has read a label knows that it exists, whatever was thought of it before."""
    known = replace(state.labels[entry.printed], result="printed", fate="", why="")
    labels = with_(state.labels, entry.printed, known)
    return replace(state, labels=labels, read=with_(state.read, entry.serial, recorded.ref))


def _produced(state: JobState, recorded: Recorded, entry: kinds.Produced, _: Verdict) -> JobState:
    return replace(state, produced=with_(state.produced, entry.serial, (recorded.ref, entry)))


# --- results -----------------------------------------------------------------------------------


def _confirmed(
    state: JobState, recorded: Recorded, entry: kinds.Confirmed, verdict_: Verdict
) -> JobState:
    attempt = Attempt(recorded.ref, entry.context.person, verdict_, outcome=entry.answer)
    return _tried(state, place_of(entry), 1, attempt)


def _inspected(
    state: JobState, recorded: Recorded, entry: kinds.Inspected, verdict_: Verdict
) -> JobState:
    attempt = Attempt(recorded.ref, entry.context.person, verdict_, outcome=entry.outcome)
    return _tried(state, place_of(entry), entry.sample, attempt)


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
    return _tried(state, place_of(entry), entry.sample, attempt)


def _tried(state: JobState, place: tuple[str, str], number: int, attempt: Attempt) -> JobState:
    samples = state.samples.get(place, ())
    if number > len(samples):
        samples = (*samples, Sample(number))
    grown = tuple(
        replace(each, attempts=(*each.attempts, attempt)) if each.number == number else each
        for each in samples
    )
    return replace(state, samples=with_(state.samples, place, grown))


# --- quality -----------------------------------------------------------------------------------


def _raised(
    state: JobState, recorded: Recorded, entry: kinds.NonconformityRaised, _: Verdict
) -> JobState:
    raised = Nonconformity(recorded.ref, entry)
    return replace(state, nonconformities=with_(state.nonconformities, recorded.ref, raised))


def _decided(
    state: JobState, recorded: Recorded, entry: kinds.DispositionDecided, _: Verdict
) -> JobState:
    known = state.nonconformities[entry.nonconformity]
    decided = replace(known, decided_ref=recorded.ref, decided=entry)
    return replace(state, nonconformities=with_(state.nonconformities, known.ref, decided))


def _corrected(state: JobState, recorded: Recorded, _e: kinds.Corrected, _: Verdict) -> JobState:
    return replace(state, corrections=with_(state.corrections, recorded.ref, value=False))


def _release_decided(
    state: JobState, recorded: Recorded, entry: kinds.ReleaseDecided, _: Verdict
) -> JobState:
    return replace(state, release=(recorded.ref, entry))


EFFECTS: dict[type, Effect] = {
    kinds.SessionOpened: _opened,
    kinds.SessionClosed: _closed,
    kinds.HoldPlaced: _held,
    kinds.HoldLifted: _lifted,
    kinds.LotIdentified: _identified,
    kinds.Consumed: _consumed,
    kinds.LabelPrinted: _printed,
    kinds.LabelResult: _told,
    kinds.LabelAccounted: _accounted,
    kinds.LabelRead: _read,
    kinds.Produced: _produced,
    kinds.Confirmed: _confirmed,
    kinds.Inspected: _inspected,
    kinds.MeasurementTaken: _measured,
    kinds.NonconformityRaised: _raised,
    kinds.DispositionDecided: _decided,
    kinds.Corrected: _corrected,
    kinds.ReleaseDecided: _release_decided,
    kinds.Signed: signed,
}
"""What each kind does. A kind without a line says something and changes nothing."""
