"""The station's use cases: what a person does becomes records, then is judged.

No Qt, no threads: everything here runs on the writer thread, one call after another. Each method
appends first (a record shown as saved is durable), then folds, and returns what changed. A call
made for another position than the present one is *stale* and records nothing: so a double tap,
a late scan and an old screen make one record, not two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms import codec, entries
from forms.terms import Meaning
from sync.scrub import Scrub
from terminal.lockout import Lockout
from terminal.records import DISK, Records
from terminal.session import may_sign_in
from terminal.snapshot import Change, Checked, Counted, Position, SignedIn, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from forms.entries import AnyEntry, Context
    from forms.job import JobState, Judged, Recorded
    from forms.masters import Step
    from forms.rules import Verdict
    from forms.terms import Person
    from forms.workpack import WorkPack
    from sync.clock import Stamp
    from sync.journal import Journal
    from terminal.packs import Packs
    from terminal.room import Room


@dataclass(frozen=True, slots=True)
class Act:
    """A person's act: where they stood and what language their screen showed."""

    at: Position
    language: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where the station stands."""

    station: str
    work_unit: str
    work_units: tuple[str, ...]


class Station:
    """One terminal's records and the use cases that make them."""

    def __init__(
        self,
        journal: Journal,
        packs: Packs,
        place: Place,
        now: Callable[[], datetime],
        room: Room | None = None,
    ) -> None:
        """``now`` is aware local time; ``room`` is what is kept back on the disk."""
        self.journal = journal
        self.packs = packs
        self.place = place
        self.now = now
        self.lockout = Lockout(self._key_in_pack, journal.time)
        self.records = Records(journal, packs.get, room)
        self._scrub = Scrub(journal)
        self._session: SignedIn | None = None
        self._job = ""
        self._accepted: set[tuple[str, str]] = set()
        self._checks: dict[str, Checked] = {}
        self.records.watchers += [self.lockout.heed, self._heed]

    # --- what is known -------------------------------------------------------------------------

    def start(self) -> Change:
        """Read the log once; close a session that a power cut left open."""
        open_for: list[str] = []
        self.records.watchers.append(lambda recorded, _: _sessions(open_for, recorded))
        self.records.load(self.journal.size)
        self.records.watchers.pop()
        change = self.refresh()
        if open_for and self.journal.frozen is None:
            context = self.context(Act(Position(), "en"), person=open_for[-1])
            self.records.append(entries.SessionClosed(context=context, why="shutdown"))
        return Change(self.snapshot(), change.what)

    def refresh(self) -> Change:
        """Take the newest work pack and counts; the disk's reserve too, once there is room.

        A slice of the log is read again each time. Raises Fault, such as ``journal-damaged``.
        """
        if self.journal.frozen is None and self.records.room.refill():
            self.faulted(DISK, "disk-well", "the reserve is held again")
        self._scrub.step()
        latest = self.packs.latest()
        if latest is not None:
            self.records.obey(latest[1])
            self._renew(latest[1])
        return Change(self.snapshot(), "refreshed")

    def _renew(self, pack: WorkPack) -> None:
        """A person who may no longer sign in is no longer signed in."""
        if self._session is None:
            return
        person = next((p for p in pack.people if p.id == self._session.person.id), None)
        if person is None or may_sign_in(person, self.now().date()):
            self.sign_out("timed_out", "en")
        else:
            self._session = SignedIn(person)

    def snapshot(self) -> Snapshot:
        """Everything known now, immutable."""
        latest = self.packs.latest()
        digest, pack = latest or ("", None)
        people = pack.people if pack else ()
        statement = statement_digest(pack)
        found = self.journal.counts()
        return Snapshot(
            pack=pack,
            pack_digest=digest,
            states={order.id: self.records.states[order.id] for order in pack.job_orders}
            if pack
            else {},
            session=self._signed_in(),
            job=self._job if self._job in self.records.states else "",
            counted=Counted(*found, photos=self.journal.attachments.waiting()),
            clock=self.journal.time(),
            pack_problem=self.packs.problem,
            locked={p.id: left for p in people if (left := self.lockout.wait(digest, p.id))},
            frozen=self.journal.frozen.code if self.journal.frozen else "",
            disk=self.records.room.state,
            accepted=frozenset(p for p, said in self._accepted if said in statement),
            checks=dict(self._checks),
        )

    def _signed_in(self) -> SignedIn | None:
        """The session; whether both components were used is what the judge knows of it."""
        if self._session is None:
            return None
        state = self.records.states.get(self._job)
        known = state.sessions.get(self.journal.origin) if state else None
        return SignedIn(self._session.person, signed=known is not None and known.signed)

    def _key_in_pack(self, work_pack: str, person_id: str) -> str:
        pack = self.packs.get(work_pack)
        people = pack.people if pack else ()
        return next((p.wrapped_key for p in people if p.id == person_id), "")

    def _heed(self, recorded: Recorded, _at: Stamp) -> None:
        """Remember from the records: the job order worked on, who accepted what, last checks."""
        entry = recorded.entry
        if isinstance(entry, entries.Unread):
            return
        if entry.context.job_order:
            self._job = entry.context.job_order
        if isinstance(entry, entries.Signed) and entry.meaning is Meaning.RESPONSIBILITY:
            self._accepted.add((entry.context.person, entry.text_digest))
        elif isinstance(entry, entries.InstrumentChecked):
            person = entry.context.person
            self._checks[entry.instrument] = Checked(entry.outcome, recorded.wall, person)

    # --- sessions ------------------------------------------------------------------------------

    def sign_in(self, person: Person, language: str) -> Change:
        """Badge and secret were right: the session begins, unless the person may not."""
        digest = self.snapshot().pack_digest
        why = may_sign_in(person, self.now().date())
        if why or self.lockout.wait(digest, person.id):
            return self.refuse(person.id, why or "locked", language)
        if self._session is not None:
            return Change(self.snapshot(), "stale")
        context = self.context(Act(Position(), language), person=person.id)
        recorded, _ = self.records.append(entries.SessionOpened(context=context))
        self._session = SignedIn(person)
        self.carry_on(Act(Position(job=self._job), language))
        return Change(self.snapshot(), "signed_in", None, (recorded,))

    def refuse(self, claimed: str, why: str, language: str) -> Change:
        """A sign-in or signature that failed; counted for the lock."""
        digest = self.snapshot().pack_digest
        attempt = self.lockout.wrong(digest, claimed) + (why == "wrong_secret")
        refused = entries.SessionRefused(
            context=self.context(Act(Position(), language), person=""),
            claimed=claimed,
            why=why,  # type: ignore[arg-type]  # the caller's word is one of the Literal
            attempt=max(1, attempt),
        )
        recorded, _ = self.records.append(refused)
        return Change(self.snapshot(), why, None, (recorded,))

    def sign_out(self, why: str, language: str) -> Change:
        """The session ends: ``signed_out``, ``timed_out`` or ``shutdown``."""
        if self._session is None:
            return Change(self.snapshot(), "stale")
        context = self.context(Act(Position(), language))
        person, self._session = self._session.person, None
        closed = entries.SessionClosed(context=context, why=why)  # type: ignore[arg-type]  # as above
        recorded, _ = self.records.append(closed)
        return Change(self.snapshot(), f"{why}:{person.id}", None, (recorded,))

    # --- the base of every record --------------------------------------------------------------

    def open_job(self, job_order: str, language: str) -> Change:
        """Work on this job order from now on; finish what a power cut interrupted."""
        if job_order in self.records.states:
            self._job = job_order
            self.carry_on(Act(Position(job=job_order), language))
        return Change(self.snapshot(), "opened")

    def state(self) -> JobState | None:
        """The job order worked on."""
        return self.records.states.get(self._job)

    def step(self) -> Step | None:
        """The step the work stands at."""
        state = self.state()
        return state.current[1] if state and state.current else None

    def context(self, act: Act, *, person: str | None = None) -> Context:
        """Who, where and under which documents, for a record made by this act."""
        latest = self.packs.latest()
        state = self.records.states.get(act.at.job)
        who = self._session.person.id if self._session else ""
        return entries.Context(
            station=self.place.station,
            work_unit=self._work_unit(act),
            person=who if person is None else person,
            language=act.language,
            work_pack=latest[0] if latest else "",
            job_order=act.at.job,
            work_master=state.order.work_master if state else "",
            operation=act.at.operation,
            step=act.at.step,
        )

    def _work_unit(self, act: Act) -> str:
        """The operation's own work unit where this station serves it, else where it stands."""
        state = self.records.states.get(act.at.job)
        for operation in state.operations if state else ():
            if operation.id == act.at.operation and operation.work_unit in self.place.work_units:
                return operation.work_unit
        return self.place.work_unit

    def stale(self, act: Act) -> bool:
        """Whether the act was meant for another position, or nobody is signed in."""
        return self._session is None or act.at != self.snapshot().position

    def record(self, act: Act, entry: AnyEntry, what: str) -> Change:
        """Append, judge, and carry on with what follows from it by itself."""
        self.start_operation(act)
        recorded, verdict = self.records.append(entry)
        self.carry_on(act)
        return Change(self.snapshot(), what, verdict, (recorded,))

    def start_operation(self, act: Act) -> None:
        """Say once that work on this operation began."""
        state = self.records.states.get(act.at.job)
        if state is None or not act.at.operation:
            return
        if any(_starts(judged, act.at.operation) for judged in state.records):
            return
        context = self.context(Act(Position(act.at.job, act.at.operation), act.language))
        self.records.append(entries.OperationStarted(context=context))

    def carry_on(self, act: Act) -> None:
        """Record what follows without a person's act (overridden by the work use cases)."""

    def unexpected(self, act: Act, scan: entries.Scan) -> Change:
        """A code nothing asked for: kept, without effect."""
        code = entries.CodeUnexpected(context=self.context(act), scan=scan)
        recorded, verdict = self.records.append(code)
        return Change(self.snapshot(), "unexpected", verdict, (recorded,))

    def faulted(self, instrument: str, code: str, detail: str) -> Change:
        """An instrument failed or came back."""
        context = self.context(Act(Position(), "en"))
        fault = entries.InstrumentFaulted(
            context=context, instrument=instrument, code=code, detail=detail[:500]
        )
        recorded, _ = self.records.append(fault)
        return Change(self.snapshot(), "faulted", None, (recorded,))

    def judged(self, verdict: Verdict | None) -> bool:
        """Whether the record counts and is good."""
        return verdict is not None and verdict.passed


def statement_digest(pack: WorkPack | None) -> frozenset[str]:
    """Digests of the accountability statement in force, in each language."""
    if pack is None:
        return frozenset()
    said = pack.accountability
    return frozenset({codec.text_digest(said.en), codec.text_digest(said.zh_CN)})


def _starts(judged: Judged, operation: str) -> bool:
    """Whether this record says that work on the operation began."""
    entry = judged.entry
    if not isinstance(entry, entries.OperationStarted) or not judged.verdict.effective:
        return False
    return entry.context.operation == operation


def _sessions(open_for: list[str], recorded: Recorded) -> None:
    """Keep in ``open_for`` the person whose session is open after the record."""
    entry = recorded.entry
    if isinstance(entry, entries.SessionOpened):
        open_for[:] = [entry.context.person]
    elif isinstance(entry, entries.SessionClosed):
        open_for.clear()
