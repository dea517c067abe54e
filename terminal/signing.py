"""What is to be signed: the decision or cover, the exact text shown, and whether it may be signed.

Pure. The text is made from the closed facts and the texts of one language only, so that the same
request always gives the same text, and its digest says what the signer saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from forms import entries, job, release
from forms.cover import next_cover
from forms.judge import judge
from forms.lockout import LIFTERS
from forms.masters import SignStep
from forms.rights import RIGHTS, Action
from forms.rules import PASSED, Verdict, because
from forms.terms import Disposition, Meaning, PersonnelClass, Quantity
from sync.esign import covers_root
from terminal.snapshot import Position

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from forms.entries import AnyEntry, Context
    from forms.job import JobState
    from forms.rules import Reason
    from forms.terms import Person
    from forms.workpack import WorkPack
    from sync.clock import Stamp
    from terminal.snapshot import Snapshot
    from terminal.words import Words

Purpose = Literal["step", "disposition", "release", "accountability", "unlock"]
REVIEWERS = RIGHTS[Action.REVIEW]
UNSIGNED = "0" * 64
"""Stands for a ref that is not known before the record is made."""


@dataclass(frozen=True, slots=True)
class ToSign:
    """A signature asked for."""

    purpose: Purpose
    at: Position
    meaning: Meaning
    classes: tuple[PersonnelClass, ...]
    """Who may sign: a person of one of these."""
    covers: tuple[str, ...] = ()
    """The records signed, where they exist already."""
    nonconformity: str = ""
    disposition: Disposition | None = None
    reason: str = ""
    decision: str = ""
    """``released`` or ``rejected``."""
    locked_out: str = ""
    """Whose lock is lifted: a person's id."""
    agreed: str = ""
    """Root over the records shown (released: that the server called ready); a decision on others
    is stale."""


def for_step(snapshot: Snapshot) -> ToSign | None:
    """The signature the current step asks for; None if it asks for none."""
    state = snapshot.state
    if state is None or state.current is None:
        return None
    operation, step = state.current
    if not isinstance(step, SignStep):
        return None
    return ToSign(
        purpose="step",
        at=snapshot.position,
        meaning=step.meaning,
        classes=(step.personnel_class,),
        covers=next_cover(state, operation.id, step),
    )


def for_disposition(at: Position, nonconformity: str, chosen: Disposition, reason: str) -> ToSign:
    """The signature that puts a disposition in force."""
    return ToSign(
        purpose="disposition",
        at=at,
        meaning=Meaning.APPROVED,
        classes=RIGHTS[Action.CONCEDE_FIRST] if chosen is Disposition.CONCESSION else REVIEWERS,
        nonconformity=nonconformity,
        disposition=chosen,
        reason=reason,
    )


def for_release(at: Position, decision: str, reason: str, agreed: str = "") -> ToSign:
    """The signature that puts a release decision in force."""
    return ToSign(
        purpose="release",
        at=at,
        meaning=Meaning(decision),
        classes=RIGHTS[Action.RELEASE],
        decision=decision,
        reason=reason,
        agreed=agreed,
    )


def for_accountability(at: Position, locked_out: str = "") -> ToSign:
    """Acceptance that a signature made here binds like a written one."""
    everyone = tuple(PersonnelClass)
    return ToSign("accountability", at, Meaning.RESPONSIBILITY, everyone, locked_out=locked_out)


def for_unlock(person: Person) -> ToSign:
    """The signature that lifts the person's lock at this station."""
    return ToSign("unlock", Position(), Meaning.APPROVED, LIFTERS, locked_out=person.id)


def decision_entry(wanted: ToSign, state: JobState, context: Context) -> AnyEntry | None:
    """The decision to record before the signature over it; None where there is none."""
    if wanted.purpose == "disposition" and wanted.disposition is not None:
        return entries.DispositionDecided(
            context=context,
            nonconformity=wanted.nonconformity,
            disposition=wanted.disposition,
            reason=wanted.reason,
        )
    if wanted.purpose == "release":
        judged = release.basis(state)
        return entries.ReleaseDecided(
            context=context,
            lot=state.order.lot,
            decision="released" if wanted.decision == "released" else "rejected",
            quantity=Quantity(value=Decimal(len(state.produced)), unit="ea"),
            records=len(judged),
            records_root=covers_root(judged),
            reason=wanted.reason,
        )
    return None


def signer_class(wanted: ToSign, person: Person) -> PersonnelClass | None:
    """In which class the person would sign; None if in none that may."""
    return next((each for each in wanted.classes if each in person.classes), None)


def objections(
    wanted: ToSign, person: Person, state: JobState, pack: WorkPack, drafts: Drafts
) -> Verdict:
    """What the judge would say to this signature by this person, before anything is recorded."""
    if wanted.purpose == "accountability":
        return PASSED
    decision = decision_entry(wanted, state, drafts.context)
    covers = wanted.covers
    if decision is not None:
        recorded = drafts.recorded(decision, UNSIGNED)
        state, verdict = job.advance(state, recorded, pack)
        if not verdict.passed:
            return verdict
        covers = (UNSIGNED,)
    signed = entries.Signed(
        context=drafts.context,
        meaning=wanted.meaning,
        printed_name=person.name,
        personnel_class=signer_class(wanted, person) or wanted.classes[0],
        covers=covers,
        covers_root=covers_root(covers),
        text_digest=UNSIGNED,
        time=drafts.now.isoformat(),
        head=f"0:{UNSIGNED}",
        components=drafts.components,
        signature="",
    )
    return judge(state, drafts.recorded(signed, "f" * 64), pack)


def may_lift(wanted: ToSign, person: Person) -> Iterator[Reason]:
    """What stands against this person's lifting the lock."""
    if signer_class(wanted, person) is None:
        yield because("class-missing", person=person.name, needs=LIFTERS[0])
    if person.id == wanted.locked_out:
        yield because("own-work", person=person.id)


@dataclass(frozen=True, slots=True)
class Drafts:
    """Makes records that were never written, to ask the judge what it would say."""

    context: Context
    origin: str
    now: datetime
    components: tuple[str, ...]
    """With what the person would sign."""
    clock: Stamp
    """What is known of the time."""

    def recorded(self, entry: AnyEntry, ref: str) -> job.Recorded:
        """The entry as if it were recorded now."""
        return job.Recorded(
            ref=ref,
            origin=self.origin,
            index=2**52,
            wall=self.now,
            quality=self.clock.quality,
            corrected=self.clock.corrected(),
            entry=entry,
            sound=True,
        )


def text_of(wanted: ToSign, snapshot: Snapshot, words: Words) -> str:
    """The exact text that is shown and whose digest is signed."""
    if wanted.purpose == "accountability":
        return words.of(snapshot.pack.accountability) if snapshot.pack else ""
    if wanted.purpose == "unlock":
        people = snapshot.pack.people if snapshot.pack else ()
        name = next((each.name for each in people if each.id == wanted.locked_out), "")
        return words("sign-text-unlock", name=name, id=wanted.locked_out)
    state = snapshot.states[wanted.at.job]
    product = words.of(state.master.product.name) if state.master else ""
    facts: dict[str, object] = {
        "job": state.order.id,
        "lot": state.order.lot,
        "product": product,
        "meaning": words(f"meaning-{wanted.meaning.value}"),
    }
    if wanted.purpose == "disposition" and wanted.disposition is not None:
        raised = state.nonconformities[wanted.nonconformity].raised
        facts |= {
            "what": raised.description,
            "ref": wanted.nonconformity[:16],
            "disposition": words(f"disposition-{wanted.disposition.value}"),
            "reason": wanted.reason,
        }
    elif wanted.purpose == "release":
        judged = release.basis(state)
        facts |= {
            "count": len(judged),
            "root": covers_root(judged)[:16],
            "units": len(state.produced),
        }
        # A line that says nothing is not part of what is signed.
        why = words("sign-text-reason", reason=wanted.reason) if wanted.reason else ""
        return "\n".join(filter(None, (words("sign-text-release", **facts), why)))
    else:
        operation, step = wanted.at.operation, wanted.at.step
        title = words.of(state.master.step(operation, step).title) if state.master else ""
        facts |= {
            "operation": operation,
            "step": title,
            "count": len(wanted.covers),
            "root": covers_root(wanted.covers)[:16],
        }
    return words(f"sign-text-{wanted.purpose}", **facts)
