"""Concessions: a record that failed its signature check, accepted as it is by two persons.

The first, of quality, raises a nonconformity about it and decides a concession, with a reason; the
second, a supervisor or quality, reviews that. Both sign, in the office's journal like a release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from forms.concession import by_two
from forms.terms import Disposition, PersonnelClass
from server.words import Refusal

if TYPE_CHECKING:
    from forms.job_state import JobState, Nonconformity
    from server.people.directory import Acting
    from server.quality.office import Office

DECIDERS = (PersonnelClass.SUPERVISOR, PersonnelClass.QUALITY)


class Concession(msgspec.Struct, frozen=True, kw_only=True):
    """How a concession stands."""

    job: str
    record: str
    """Ref of the record it is about."""
    decision: str
    """Ref of the disposition."""
    reason: str
    first: str
    """Person who decided."""
    granted: bool
    """Whether a second person reviewed it."""


class Concessions:
    """Writes concessions into the office's journal."""

    def __init__(self, office: Office) -> None:
        """In ``office``."""
        self._office = office

    def concede(
        self, state: JobState, work_pack: str, ref: str, reason: str, acting: Acting
    ) -> None:
        """One person's signature for accepting record ``ref``; the second puts it in force.

        Refusal for a record that is sound or unknown, without a reason, or twice by one person.
        """
        judged = state.by_ref.get(ref)
        if judged is None:
            raise Refusal("not-found", what="record", name=ref[:16])
        if judged.recorded.sound or state.closed:
            raise Refusal("bad-request", why="only a record that stands unsound against release")
        known = found(state, ref)
        if known is None:
            acting.must_be(PersonnelClass.QUALITY)
            if not reason.strip():
                raise Refusal("reason-needed")
            self._office.concede(state.order, work_pack, ref, reason.strip(), acting)
        elif known.signed_by == acting.person.id:
            raise Refusal("two-persons", classes=", ".join(DECIDERS))
        else:
            acting.must_be(*DECIDERS)
            self._office.review(state.order, work_pack, known, acting)


def found(state: JobState, ref: str) -> Nonconformity | None:
    """The concession on that record that is signed by one at least; None if there is none."""
    for each in state.nonconformities.values():
        decided = each.decided
        concession = decided is not None and decided.disposition is Disposition.CONCESSION
        if concession and each.state == "in_force" and ref in each.raised.about:
            return each
    return None


def told(state: JobState, ref: str) -> Concession:
    """How the concession on that record stands. Refusal if the first signature had no effect."""
    known = found(state, ref)
    if known is None or known.decided is None:
        raise Refusal("not-ready", reasons="; ".join(_words(state)))
    return Concession(
        job=state.order.id,
        record=ref,
        decision=known.decided_ref,
        reason=known.decided.reason,
        first=known.signed_by,
        granted=by_two(state, known),
    )


def _words(state: JobState) -> list[str]:
    """What the rule book said of the last records."""
    return [word for judged in state.records[-3:] for word in judged.verdict.words("en")]
