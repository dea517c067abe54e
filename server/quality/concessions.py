"""Concessions: a record that failed its signature check, accepted as it is by two persons.

The first, of quality, raises a nonconformity about it and decides a concession, with a reason; the
second, a supervisor or quality, reviews that. Both sign, in the office's journal like a release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from forms.codec import text_digest
from forms.concession import by_two, conceded
from forms.rights import RIGHTS, Action
from forms.terms import Disposition
from server.quality.texts import concession_text
from server.words import Refusal

if TYPE_CHECKING:
    from forms.job_state import JobState, Nonconformity
    from server.people.directory import Acting
    from server.quality.office import Office


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


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asks for."""

    record: str
    """Ref of the record to accept."""
    reason: str = ""
    """Why, from the first of the two."""
    read: str = ""
    """Digest of the text the person read; empty where the caller showed none."""


class Concessions:
    """Writes concessions into the office's journal."""

    def __init__(self, office: Office) -> None:
        """In ``office``."""
        self._office = office

    def concede(
        self, state: JobState, work_pack: str, asked: Asked, acting: Acting, language: str
    ) -> None:
        """One person's signature for accepting a record; the second puts it in force.

        Refusal as :func:`to_sign`, ``text-changed`` if that is another text than the one read, and
        for a person who may not or did already.
        """
        text = to_sign(state, asked, language)
        if asked.read and asked.read != text_digest(text):
            raise Refusal("text-changed")
        known = found(state, asked.record)
        if known is None:
            acting.must(Action.CONCEDE_FIRST)
            reason = asked.reason.strip()
            self._office.concede(state.order, work_pack, asked.record, reason, acting, language)
        elif known.signed_by == acting.person.id:
            raise Refusal("two-persons", classes=", ".join(RIGHTS[Action.CONCEDE]))
        else:
            acting.must(Action.CONCEDE)
            self._office.review(state.order, work_pack, known, acting, language)


def to_sign(state: JobState, asked: Asked, language: str) -> str:
    """The exact text that the next of the two persons signs.

    Refusal for a record that is sound, unknown or accepted already, and for the first of the two
    without a reason; the second signs the first one's.
    """
    judged = state.by_ref.get(asked.record)
    if judged is None:
        raise Refusal("not-found", what="record", name=asked.record[:16])
    if asked.record not in awaiting(state):
        raise Refusal("bad-request", why="only a record that stands unsound against release")
    known = found(state, asked.record)
    if known is None and not asked.reason.strip():
        raise Refusal("reason-needed")
    return concession_text(state.order.id, asked.record, asked.reason.strip(), known, language)


def awaiting(state: JobState) -> tuple[str, ...]:
    """Refs of the records that failed their signature check and stand against the release."""
    if state.closed:
        return ()
    accepted = conceded(state)
    return tuple(
        one.ref for one in state.records if not one.recorded.sound and one.ref not in accepted
    )


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
