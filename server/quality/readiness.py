"""Readiness for release: the rule book over all records, plus what only the server knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from forms.codec import text_digest
from forms.entries import Context, HoldPlaced
from forms.release import inside, judge_release
from forms.rules import Reason
from forms.terms import PersonnelClass
from server.quality.office import shown_text
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.job_state import JobState
    from forms.rules import Verdict
    from forms.terms import Person
    from server.ingest.jobs import Jobs
    from server.log.book import Book
    from server.masters.catalogue import Catalogue
    from server.masters.packs import Packs
    from server.people.directory import Acting
    from server.people.stations import Stations
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
    produced: int


class Quality:
    """Readiness and the decision on a lot."""

    def __init__(
        self,
        book: Book,
        jobs: Jobs,
        catalogue: Catalogue,
        stations: Stations,
        packs: Packs,
        office: Office,
    ) -> None:
        """Over the projections, the job folds and the office's journal."""
        self._book, self._store = book, book.store
        self._jobs, self._catalogue = jobs, catalogue
        self._stations, self._packs, self._office = stations, packs, office

    def readiness(self, job_id: str, person: Person | None = None) -> Readiness:
        """Ask the rule book now; Refusal if the job order is unknown."""
        state = self._state(job_id)
        verdict = self._verdict(state, person)
        row = self._store.one("jobs", id=job_id)
        return Readiness(
            job=job_id,
            lot=state.order.lot,
            ready=verdict.passed,
            status=row["status"] if row else "dispatched",
            reasons=verdict.reasons,
            records=len(state.records),
            produced=len(state.produced),
        )

    def text(self, job_id: str, decision: str, reason: str, language: str) -> tuple[str, str]:
        """The exact text that deciding so would sign, and its digest. Refusal for no decision."""
        _refuse_undecided(decision, reason)
        text = shown_text(self._state(job_id), decision, reason, language)
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
        verdict = self._verdict(state, acting.person)
        if decision == "released" and not verdict.passed:
            raise Refusal("not-ready", reasons="; ".join(verdict.words(language)))
        pack = self._packs.current(self._stations.newest("OFFICE"))
        self._office.release(state, pack["sha256"], decision, reason, acting, language)
        return self.readiness(job_id)

    def hold(self, item: str, lot: str, reason: str, acting: Acting) -> str:
        """Place a hold on a lot; anybody may stop. Its ref."""
        if not reason.strip():
            raise Refusal("reason-needed")
        self._catalogue.lot(item, lot)
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
            acting.must_be(PersonnelClass.QUALITY)
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

    def _verdict(self, state: JobState, person: Person | None) -> Verdict:
        wanted = set(inside(state))
        lots = [one for one in self._catalogue.lots() if (one.item, one.lot) in wanted]
        return judge_release(
            state,
            person=person,
            holds=[hold for hold in self._holds(state) if (hold.item, hold.lot) in wanted],
            elsewhere=[
                f"{hold.item}/{hold.lot}: {hold.reason}"
                for hold in self._holds(state)
                if (hold.item, hold.lot) not in wanted
            ],
            lots=lots,
            gaps=sorted(set(self._gaps(state))),
            unread=sorted(set(self._unread(state))),
        )

    def _holds(self, state: JobState) -> list[HoldPlaced]:
        """Every open hold on a lot upstream of this one, however it was placed."""
        found = []
        for item, lot in self._upstream(state):
            for row in self._store.rows("holds", item=item, lot=lot):
                if row["lifted"] is None:
                    context = Context(station="", work_unit="")
                    hold = HoldPlaced(context=context, item=item, lot=lot, reason=row["reason"])
                    found.append(hold)
        return found

    def _upstream(self, state: JobState) -> list[tuple[str, str]]:
        """The lots inside this one; made lots are opened up to what went into them."""
        pending, seen = list(inside(state)), []
        while pending:
            item, lot = pending.pop()
            if (item, lot) in seen:
                continue
            seen.append((item, lot))
            for job in self._store.rows("jobs", item=item, lot=lot):
                used = self._store.rows("consumption", job=job["id"], effect=1)
                pending += [(row["item"], row["lot"]) for row in used]
        return seen

    def _gaps(self, state: JobState) -> Iterator[str]:
        """Origins of the batch whose log forked, has quarantined entries, or is outstanding."""
        for origin in {judged.recorded.origin for judged in state.records}:
            head = self._store.newest("heads", origin=origin)
            contact = self._store.one("contacts", origin=origin)
            if contact is not None and contact["claimed"] > (head["size"] if head else 0):
                yield origin
            if self._store.rows("forks", origin=origin, status="open"):
                yield origin
            if self._unread_bytes(origin):
                yield origin

    def _unread_bytes(self, origin: str) -> bool:
        """Whether entries of the log are quarantined that nobody of quality looked at yet."""
        return any(
            row["closed_by"] is None and str(row["about"]).startswith(f"{origin}#")
            for row in self._store.rows("alarms", code="entry-quarantined")
        )

    def _unread(self, state: JobState) -> Iterator[str]:
        for row in self._store.rows("records", job_order=state.order.id, read=0):
            yield str(row["kind"])


def _refuse_undecided(decision: str, reason: str) -> None:
    if decision not in {"released", "rejected"}:
        raise Refusal("bad-request", why="decision is released or rejected")
    if decision == "rejected" and not reason.strip():
        raise Refusal("reason-needed")
