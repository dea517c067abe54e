"""Readiness for release: the rule book over all records, plus what only the server knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from forms.codec import text_digest
from forms.release import basis
from forms.rights import Action
from forms.rules import Reason
from server.quality.concessions import (
    Asked,
    Concession,
    Concessions,
    awaiting,
    found,
    to_sign,
    told,
)
from server.quality.texts import shown_text
from server.words import Refusal
from sync.esign import covers_root

if TYPE_CHECKING:
    from forms.job_state import JobState, Nonconformity
    from forms.terms import Person
    from server.ingest.jobs import Jobs
    from server.log.book import Book
    from server.masters.catalogue import Catalogue
    from server.masters.packs import Packs
    from server.people.directory import Acting
    from server.people.stations import Stations
    from server.quality.known import Known
    from server.quality.office import Office


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a lot may be released, and every reason why not."""

    job: str
    lot: str
    ready: bool
    status: str
    """dispatched | running | complete | released | rejected"""
    reasons: tuple[Reason, ...]
    records: int
    records_root: str
    """RFC 9162 root over their leaf hashes, as a release decision names it."""
    produced: int


class Quality:
    """Readiness and the decision on a lot."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it decides over
        self,
        book: Book,
        jobs: Jobs,
        catalogue: Catalogue,
        stations: Stations,
        packs: Packs,
        office: Office,
        known: Known,
    ) -> None:
        """Over the projections, the job folds and the office's journal."""
        self._book, self._store = book, book.store
        self._jobs, self._catalogue = jobs, catalogue
        self._stations, self._packs, self._office = stations, packs, office
        self._known = known

    def readiness(self, job_id: str, person: Person | None = None) -> Readiness:
        """Ask the rule book now; Refusal if the job order is unknown."""
        state = self._state(job_id)
        verdict = self._known.verdict(state, person)
        row = self._store.one("jobs", id=job_id)
        return Readiness(
            job=job_id,
            lot=state.order.lot,
            ready=verdict.passed,
            status=row["status"] if row else "dispatched",
            reasons=verdict.reasons,
            records=len(state.records),
            records_root=covers_root(basis(state)),
            produced=len(state.produced),
        )

    def text(self, job_id: str, decision: str, reason: str, language: str) -> tuple[str, str]:
        """The exact text that deciding so would sign, and its digest. Refusal for no decision."""
        _refuse_undecided(decision, reason)
        state = self._state(job_id)
        text = shown_text(state, decision, reason, language, self._known.let_go(state))
        return text, text_digest(text)

    def decide(
        self,
        job_id: str,
        decision: str,
        reason: str,
        acting: Acting,
        language: str,
        *,
        read: str = "",
    ) -> Readiness:
        """Release or reject the lot by signature; Refusal ``not-ready`` naming every reason.

        ``read``: the digest of the text the person read (:meth:`text`), empty where the caller
        showed none; Refusal ``text-changed`` if the text to be signed is another by now.
        """
        state = self._state(job_id)
        _, digest = self.text(job_id, decision, reason, language)
        if read and read != digest:
            raise Refusal("text-changed")
        verdict = self._known.verdict(state, acting.person)
        if decision == "released" and not verdict.passed:
            raise Refusal("not-ready", reasons="; ".join(verdict.words(language)))
        pack = self._packs.current(self._stations.newest("OFFICE"))
        gone = self._known.let_go(state)
        ref = self._office.release(state, pack["sha256"], decision, reason, acting, language, gone)
        self._must_be_in_force(job_id, ref, language)
        return self.readiness(job_id)

    def _must_be_in_force(self, job_id: str, ref: str, language: str) -> None:
        """Refusal if the decision just signed did not take effect: say so, and why."""
        state = self._state(job_id)
        if state.closed and state.release is not None and state.release[0] == ref:
            return
        at = [judged.ref for judged in state.records].index(ref) if ref in state.by_ref else 0
        words = [word for judged in state.records[at:] for word in judged.verdict.words(language)]
        raise Refusal("not-ready", reasons="; ".join(dict.fromkeys(words)))

    def concession_text(self, job_id: str, asked: Asked, language: str) -> tuple[str, str]:
        """The exact text that accepting the record would sign, and its digest."""
        text = to_sign(self._state(job_id), asked, language)
        return text, text_digest(text)

    def concede(self, job_id: str, asked: Asked, acting: Acting, language: str) -> Concession:
        """Accept a record that failed its signature check: two persons, with a reason."""
        pack = self._packs.current(self._stations.newest("OFFICE"))
        state = self._state(job_id)
        Concessions(self._office).concede(state, pack["sha256"], asked, acting, language)
        return told(self._state(job_id), asked.record)

    def unsound(self, job_id: str) -> list[tuple[str, Nonconformity | None]]:
        """Each record that may be accepted by concession, with what the first person signed."""
        state = self._state(job_id)
        return [(ref, found(state, ref)) for ref in awaiting(state)]

    def hold(self, item: str, lot: str, reason: str, acting: Acting) -> str:
        """Place a hold on a lot; anybody may stop. Its ref."""
        if not reason.strip():
            raise Refusal("reason-needed")
        if not self._catalogue.heard_of(item, lot):
            raise Refusal("not-found", what="lot", name=f"{item}/{lot}")
        pack = self._packs.current(self._stations.newest("OFFICE"))
        return self._office.hold(item, lot, reason, acting, pack["sha256"])

    def lift(self, hold: str, reason: str, acting: Acting) -> str:
        """Lift a hold; quality only, with a reason."""
        if not reason.strip():
            raise Refusal("reason-needed")
        open_holds = [row for row in self._store.rows("holds", ref=hold) if row["lifted"] is None]
        if not open_holds:
            raise Refusal("not-found", what="hold", name=hold[:16])
        if open_holds[0]["source"] == "server":
            acting.must(Action.LIFT)
            body = {"hold": hold, "reason": reason}
            self._book.state("lot.thawed", body, (acting.sign("lot.thawed", body),))
            return hold
        pack = self._packs.current(self._stations.newest("OFFICE"))
        return self._office.lift(hold, reason, acting, pack["sha256"])

    def _state(self, job_id: str) -> JobState:
        state = self._jobs.state(job_id)
        if state is None:
            raise Refusal("not-found", what="job order", name=job_id)
        return state


def _refuse_undecided(decision: str, reason: str) -> None:
    if decision not in {"released", "rejected"}:
        raise Refusal("bad-request", why="decision is released or rejected")
    if decision == "rejected" and not reason.strip():
        raise Refusal("reason-needed")
