"""Use cases of signing: sign steps, dispositions, accountability, release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms import codec, entries
from forms.rules import PASSED, verdict
from sync import esign
from terminal.asked import root_of
from terminal.capture import Act
from terminal.capture_work import Work
from terminal.signing import (
    Drafts,
    ToSign,
    decision_entry,
    may_lift,
    objections,
    signer_class,
)
from terminal.snapshot import Change

if TYPE_CHECKING:
    from forms.entries import Context
    from forms.rules import Verdict
    from forms.terms import Person
    from sync.keys import Signer


@dataclass(frozen=True, slots=True)
class Signing:
    """A person who signs, with the key their two components have just opened."""

    person: Person
    signer: Signer
    components: tuple[str, ...]
    """``badge`` and ``secret``, or ``secret`` alone later in a session."""


class Capture(Work):
    """All use cases of a terminal."""

    def would(
        self, wanted: ToSign, person: Person, language: str, components: tuple[str, ...]
    ) -> Verdict:
        """What the judge would say to this signature; nothing is recorded."""
        state, latest = self.records.states.get(wanted.at.job), self.packs.latest()
        if wanted.purpose == "unlock":
            return verdict(*may_lift(wanted, person))
        if state is None or latest is None:
            return PASSED
        context = self.context(Act(wanted.at, language), person=person.id)
        clock = self.journal.time()
        drafts = Drafts(context, self.journal.origin, self.now(), components, clock)
        return objections(wanted, person, state, latest[1], drafts)

    def sign(self, wanted: ToSign, text: str, by: Signing, language: str) -> Change:
        """Record the decision, if there is one, and the signature over it or over the cover.

        ``text`` is what the screen showed. Nothing is recorded if the judge would not accept it,
        but for the refusal itself.
        """
        if not self._still_wanted(wanted):
            return Change(self.snapshot(), "stale")
        if self.lockout.wait(self.snapshot().pack_digest, by.person.id):
            return self.refuse(by.person.id, "locked", language)
        verdict = self.would(wanted, by.person, language, by.components)
        if not verdict.passed:
            change = self.refuse(by.person.id, "not_allowed", language)
            return Change(change.snapshot, "refused", verdict, change.recorded)
        act = Act(wanted.at, language)
        if wanted.purpose in {"accountability", "unlock"}:
            return self._accept(wanted, act, text, by)
        context = self.context(act, person=by.person.id)
        covers = wanted.covers
        decision = decision_entry(wanted, self.records.states[wanted.at.job], context)
        if decision is not None:
            covers = (self.records.append(decision)[0].ref,)
        signed = self._signed(wanted, text, by, context, covers)
        recorded, judged = self.records.append(signed)
        self.carry_on(act)
        return Change(self.snapshot(), f"signed:{wanted.purpose}", judged, (recorded,))

    def _still_wanted(self, wanted: ToSign) -> bool:
        """Whether what was shown for signing is still what there is to sign."""
        state = self.records.states.get(wanted.at.job)
        if self._session is None:  # without one only a lock can be lifted
            return bool(wanted.locked_out)
        if wanted.purpose in {"accountability", "unlock"}:
            return True
        if state is None:
            return False
        if wanted.purpose == "disposition":
            return any(each.ref == wanted.nonconformity for each in state.open_nonconformities)
        if wanted.purpose == "release":
            return wanted.agreed == root_of(state) and not state.closed
        return wanted.at == self.snapshot().position

    def _accept(self, wanted: ToSign, act: Act, text: str, by: Signing) -> Change:
        """Accept accountability or lift a lock: a record of the person's own, and signed.

        It is of no job order; it and the signature over it are kept together or not at all.
        """
        latest = self.packs.latest()
        context = entries.Context(
            station=self.place.station,
            work_unit=self.place.work_unit,
            person=by.person.id,
            language=act.language,
            work_pack=latest[0] if latest else "",
        )
        said = self._said(wanted, context, text)
        both = self.records.append_with(
            said, lambda ref: self._signed(wanted, text, by, context, (ref,))
        )
        return Change(self.snapshot(), f"signed:{wanted.purpose}", PASSED, both)

    def _said(self, wanted: ToSign, context: Context, text: str) -> entries.AnyEntry:
        if wanted.purpose == "accountability":
            digest = codec.text_digest(text)
            return entries.AccountabilityAccepted(context=context, text_digest=digest)
        wrong = self.lockout.wrong(context.work_pack, wanted.locked_out)
        return entries.LockLifted(context=context, person=wanted.locked_out, wrong=wrong)

    def _signed(
        self, wanted: ToSign, text: str, by: Signing, context: Context, covers: tuple[str, ...]
    ) -> entries.Signed:
        head = self.journal.head().checkpoint
        time = self.now().isoformat(timespec="seconds")
        at_head = f"{head.size}:{head.root.hex()}"
        root, digest = esign.covers_root(covers), codec.text_digest(text)
        acting = signer_class(wanted, by.person) or wanted.classes[0]
        message = esign.message(
            meaning=wanted.meaning.value,
            printed_name=by.person.name,
            time=time,
            covers_root=root,
            head=at_head,
            text_digest=digest,
            language=context.language,
            personnel_class=acting.value,
        )
        return entries.Signed(
            context=context,
            meaning=wanted.meaning,
            printed_name=by.person.name,
            personnel_class=acting,
            covers=covers,
            covers_root=root,
            text_digest=digest,
            time=time,
            head=at_head,
            components=by.components,
            signature=esign.sign(by.signer, message),
        )
