"""The office: the server's own journal for what people sign at the console.

Its entries are sealed, signed and ingested exactly like a station's; the office is a station of
its own (``OFFICE``) that happens to live beside the server.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from forms.codec import encode, text_digest
from forms.entries import (
    Context,
    DispositionDecided,
    HoldLifted,
    HoldPlaced,
    NonconformityRaised,
    ReleaseDecided,
    Signed,
)
from forms.release import basis
from forms.rights import RIGHTS, Action
from forms.terms import Disposition, Meaning, PersonnelClass, Quantity
from server.quality.texts import concession_text, lift_text, shown_text
from server.words import Refusal
from sync import esign
from sync.faults import Fault
from sync.journal_restore import put_back
from sync.keys import Verifier
from sync.merkle import root_of
from sync.protocol import Received, open_receipt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from forms.entries import AnyEntry
    from forms.job_state import JobState, Nonconformity
    from forms.terms import Person
    from forms.workpack import JobOrder
    from server.ingest.service import Ingest
    from server.people.directory import Acting
    from server.quality.let_go import LetGo
    from sync.journal import Appended, Journal

STATION = "OFFICE"


class Office:
    """Writes signed entries on behalf of people at the console, and ingests them at once."""

    def __init__(
        self,
        journal: Journal,
        ingest: Ingest,
        station: Verifier,
        server: Verifier,
        clock: Callable[[], datetime],
    ) -> None:
        """Over the office's journal; ``station`` and ``server`` are the public keys of both."""
        self._journal, self._ingest = journal, ingest
        self._station, self._server, self._clock = station, server, clock

    def release(  # noqa: PLR0913, PLR0917 - what a decision says, and who signs it
        self,
        state: JobState,
        work_pack: str,
        decision: str,
        reason: str,
        acting: Acting,
        language: str = "en",
        let_go: Sequence[LetGo] = (),
    ) -> str:
        """Write the decision and the signature over it; the decision's ref. Not judged here."""
        context = self._context(acting, work_pack, language, state.order)
        refs = basis(state)
        decided = ReleaseDecided(
            context=context,
            lot=state.order.lot,
            decision="released" if decision == "released" else "rejected",
            quantity=Quantity(value=_count(len(state.produced)), unit="ea"),
            records=len(refs),
            records_root=root_of(bytes.fromhex(ref) for ref in refs).hex(),
            reason=reason,
        )
        appended = self._append(decided)
        text = shown_text(state, decision, reason, language, let_go)
        meaning = Meaning.RELEASED if decision == "released" else Meaning.REJECTED
        self._append(self._signed(context, acting, meaning, (appended.ref,), text))
        self.drain()
        return appended.ref

    def hold(self, item: str, lot: str, reason: str, acting: Acting, work_pack: str) -> str:
        """Place a hold; its ref."""
        context = self._context(acting, work_pack, "en", None)
        appended = self._append(HoldPlaced(context=context, item=item, lot=lot, reason=reason))
        self.drain()
        return appended.ref

    def lift(self, hold: str, reason: str, acting: Acting, work_pack: str) -> str:
        """Lift a hold placed by a record, by signature; quality only."""
        acting.must(Action.LIFT)
        context = self._context(acting, work_pack, "en", None)
        appended = self._append(HoldLifted(context=context, hold=hold, reason=reason))
        text = lift_text(hold, reason)
        self._append(self._signed(context, acting, Meaning.APPROVED, (appended.ref,), text))
        self.drain()
        return appended.ref

    def concede(
        self, order: JobOrder, work_pack: str, ref: str, reason: str, acting: Acting, language: str
    ) -> None:
        """Accept a record as it is, by signature: the first of two. Not judged here."""
        context = self._context(acting, work_pack, language, order)
        text = concession_text(order.id, ref, reason, None, language)
        raised = NonconformityRaised(
            context=context,
            about=(ref,),
            description=f"record {ref[:8]} failed its signature check",
        )
        decided = DispositionDecided(
            context=context,
            nonconformity=self._append(raised).ref,
            disposition=Disposition.CONCESSION,
            reason=reason,
        )
        appended = self._append(decided)
        self._append(self._signed(context, acting, Meaning.APPROVED, (appended.ref,), text))
        self.drain()

    def review(
        self, order: JobOrder, work_pack: str, known: Nonconformity, acting: Acting, language: str
    ) -> None:
        """Review a concession, by signature: the second of two. Not judged here."""
        context = self._context(acting, work_pack, language, order)
        text = concession_text(order.id, "", "", known, language)
        covers = (*known.raised.about, known.decided_ref)
        self._append(self._signed(context, acting, Meaning.REVIEWED, covers, text))
        self.drain()

    def drain(self) -> None:
        """Ingest what the journal holds above the server's head; harmless to repeat."""
        while True:
            have = self._ingest.head(self._journal.origin).size
            if have >= self._journal.size:
                return
            batch = self._journal.batch(have)
            answer = self._ingest.push(self._station, batch.start, batch.entries, batch.head)
            if not isinstance(answer, Received):
                raise Refusal("fork")
            self._journal.acknowledge(open_receipt(answer.receipt, self._server))

    def follow(self) -> None:
        """Take over what another process of this server wrote in the office meanwhile.

        Refusal ``office-parted`` if this journal went another way: it is not written on.
        """
        journal = self._journal
        have = self._ingest.head(journal.origin).size
        if have < journal.size:
            return  # what is over is pushed, and judged there
        if journal.size and (
            self._ingest.root(journal.origin, journal.size) != journal.head().checkpoint.root.hex()
        ):
            raise Refusal("office-parted", size=journal.size)
        while journal.size < have:
            entries = self._ingest.pull(journal.origin, journal.size, have)
            put_back(journal, list(enumerate(entries, journal.size)))

    @property
    def origin(self) -> str:
        """The origin of the office's journal."""
        return self._journal.origin

    def put_back(self, entries: list[tuple[int, bytes]]) -> str:
        """After a restore: what the journal lacks, as it was; harmless to repeat.

        Why it is not this journal's, empty if it is. Raises Fault as the disk does.
        """
        try:
            put_back(self._journal, entries)
        except Fault as fault:
            if fault.code != "journal-damaged":
                raise
            return fault.detail
        return ""

    def came_back(self, parted: str) -> None:
        """The log is whole: what the journal has is ingested, or that it parted is told."""
        if parted:
            self._ingest.alarm("office-parted", self._journal.origin, parted)
        else:
            self.drain()

    def _append(self, entry: AnyEntry) -> Appended:
        self._ingest.must_sign()  # in recovery nothing is signed, by who was overtaken neither
        kind, body = encode(entry)
        return self._journal.append(kind, body)

    def _context(
        self, acting: Acting, work_pack: str, language: str, order: JobOrder | None
    ) -> Context:
        return Context(
            station=STATION,
            work_unit=STATION,
            person=acting.person.id,
            language=language,
            work_pack=work_pack,
            job_order=order.id if order else "",
            work_master=order.work_master if order else "",
        )

    def _signed(
        self, context: Context, acting: Acting, meaning: Meaning, covers: tuple[str, ...], text: str
    ) -> Signed:
        person, head = acting.person, self._journal.head().checkpoint.mark()
        fields = Signed(
            context=context,
            meaning=meaning,
            printed_name=person.name,
            personnel_class=_class_of(person),
            covers=covers,
            covers_root=esign.covers_root(covers),
            text_digest=text_digest(text),
            time=self._clock().isoformat(timespec="seconds"),
            head=head,
            components=("badge", "secret"),
            signature="",
        )
        message = esign.message(
            meaning=fields.meaning,
            printed_name=fields.printed_name,
            time=fields.time,
            covers_root=fields.covers_root,
            head=fields.head,
            text_digest=fields.text_digest,
            language=context.language,
            personnel_class=fields.personnel_class,
        )
        return msgspec.structs.replace(fields, signature=esign.sign(acting.signer, message))


def _class_of(person: Person) -> PersonnelClass:
    """What a person at the console acts as: quality wherever that is one of the classes."""
    quality, *_ = RIGHTS[Action.RELEASE]
    return quality if quality in person.classes else RIGHTS[Action.REVIEW][0]


def _count(number: int) -> Decimal:
    return Decimal(number)
