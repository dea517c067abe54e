"""The station's records: append first, then fold. Lives on the writer thread.

Every record of the station's log is read once at the start; after that each append advances the
states of the job orders in the pack. The states can be thrown away and folded again.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from forms import codec, job
from forms.entries import Consumed, InstrumentFaulted, SessionClosed, Signed, Unread
from sync import envelope, esign
from sync.faults import Fault
from terminal.room import Room

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from forms.entries import AnyEntry, Context, Entry
    from forms.job import JobState, Recorded
    from forms.rules import Verdict
    from forms.terms import Person
    from forms.workpack import JobOrder, WorkPack
    from sync.clock import Stamp
    from sync.journal import Appended, Journal, Stored
    from sync.past import Past

T = TypeVar("T")
DISK = "disk"
"""The disk's name among what can be at fault."""
ALWAYS = (SessionClosed, InstrumentFaulted)
"""Records let through on a full disk whatever step is open: they end the work or say why."""
PAGE = 500
"""Entries read at a time."""


def is_sound(entry: AnyEntry, people: Mapping[str, Person]) -> bool:
    """Whether a signature among the records is by the person's key over what it names."""
    if not isinstance(entry, Signed):
        return True
    person = people.get(entry.context.person)
    if person is None or esign.covers_root(entry.covers) != entry.covers_root:
        return False
    return bool(
        esign.holds(
            bytes.fromhex(person.public_key),
            entry.signature,
            personnel_class=entry.personnel_class,
            meaning=entry.meaning,
            printed_name=entry.printed_name,
            time=entry.time,
            covers_root=entry.covers_root,
            head=entry.head,
            text_digest=entry.text_digest,
            language=entry.context.language,
        )
    )


class Records:
    """Everything recorded at this station, and the job states it adds up to."""

    def __init__(
        self, log: Journal, packs: Callable[[str], WorkPack | None], room: Room | None = None
    ) -> None:
        """``packs`` finds a work pack by its SHA-256, among all this station ever accepted.

        ``room`` says who may still record when the disk is full.
        """
        self.room = room or Room()
        self._log = log
        self._packs = packs
        self._all: list[Recorded] = []
        self._next = 0
        """Index of the first entry not taken yet."""
        self._doubtful = False
        """Whether a failed append may have been kept by the disk."""
        self._orders: dict[str, JobOrder] = {}
        self.states: dict[str, JobState] = {}
        self.watchers: list[Callable[[Recorded, Stamp], None]] = []
        """Called with every record and when it was made, old ones first (lockout, last job)."""

    def load_past(self, past: Past) -> None:
        """Take what earlier epochs of this station recorded, before anything else."""
        for log in past.logs():
            for start in range(0, log.size, PAGE):
                for stored in past.entries(log.origin, start, min(start + PAGE, log.size)):
                    self._take(stored)
        self._next = 0

    def load(self, size: int) -> None:
        """Read the whole log once."""
        for start in range(0, size, PAGE):
            for stored in self._log.entries(start, min(start + PAGE, size)):
                self._take(stored)

    def _take(self, stored: Appended | Stored) -> Recorded | None:
        """A stored entry as a record, remembered; None for the sync layer's own."""
        self._next = stored.index + 1
        sealed = envelope.check(stored.data)
        if sealed.kind.startswith("sync/"):
            return None
        entry = codec.decode(sealed.kind, sealed.body)
        recorded = job.Recorded(
            ref=stored.ref,
            origin=sealed.origin,
            index=stored.index,
            wall=sealed.at.when(),
            corrected=sealed.at.corrected(),
            quality=sealed.at.quality,
            entry=entry,
            sound=isinstance(entry, Unread) or is_sound(entry, self._people(entry)),
        )
        self._all.append(recorded)
        for watcher in self.watchers:
            watcher(recorded, sealed.at)
        return recorded

    def _people(self, entry: Entry) -> dict[str, Person]:
        pack = self._packs(entry.context.work_pack)
        return {person.id: person for person in pack.people} if pack else {}

    def obey(self, pack: WorkPack) -> None:
        """Fold the states of the pack's job orders; orders that are gone keep their state."""
        if self._doubtful:
            self._catch_up(self._next + PAGE)
        masters = {approved.digest: approved.master for approved in pack.masters}
        for order in pack.job_orders:
            if self._orders.get(order.id) != order:
                self._orders[order.id] = order
                master = masters.get(order.work_master)
                records = self._of(order.id)
                self.states[order.id] = job.fold(order, self._packs, records, master=master)

    def _of(self, job_order: str) -> list[Recorded]:
        return [each for each in self._all if concerns(each.entry, job_order)]

    def append(self, entry: AnyEntry) -> tuple[Recorded, Verdict | None]:
        """Make the record durable, then judge it: the record and its job order's verdict."""
        with self._doubting():
            self._admit(entry)
            kept = self._saving(entry.context, lambda: self._log.append(*codec.encode(entry)))
        return self._folded(kept)

    def append_with(
        self, entry: AnyEntry, then: Callable[[str], AnyEntry]
    ) -> tuple[Recorded, Recorded]:
        """Make the record durable together with one that ``then`` makes from its ref."""
        with self._doubting():
            self._admit(entry)
            first, other = self._saving(
                entry.context,
                lambda: self._log.append_with(
                    codec.encode(entry), lambda ref: codec.encode(then(ref))
                ),
            )
        return self._folded(first)[0], self._folded(other)[0]

    def attach(self, context: Context, data: bytes) -> str:
        """Keep a photo or file durably, for a record in this context; its SHA-256."""
        self.room.admit(context)
        return self._saving(context, lambda: self._log.attachments.put(data))

    def _admit(self, entry: AnyEntry) -> None:
        if not isinstance(entry, ALWAYS):
            self.room.admit(entry.context)

    def _saving(self, context: Context, work: Callable[[], T]) -> T:
        """Do it where there is room for it; the reserve given up is a record of its own."""
        alarm = InstrumentFaulted(
            context=context, instrument=DISK, code="disk-full", detail="reserve given up"
        )
        return self.room.saving(context, work, lambda: self._log.append(*codec.encode(alarm)))

    @contextmanager
    def _doubting(self) -> Iterator[None]:
        """What a failed append left on the disk all the same is found at the next call."""
        try:
            yield
        except Fault:
            self._doubtful = True
            raise

    def _folded(self, kept: Appended) -> tuple[Recorded, Verdict | None]:
        """The record just kept, and its job order's verdict."""
        self._catch_up(kept.index)
        if kept.index < self._next:  # kept by an append that failed, and found since
            recorded = next(each for each in self._all if each.ref == kept.ref)
            of_it = (state.by_ref.get(kept.ref) for state in self.states.values())
            return recorded, next((known.verdict for known in of_it if known), None)
        taken = self._take(kept)
        if taken is None:
            msg = f"entry {kept.index} that was just written cannot be read"
            raise AssertionError(msg)
        verdict = self._advance(taken)
        self._catch_up(self._log.size)  # an alarm may have been written behind it
        return taken, verdict

    def _catch_up(self, stop: int) -> None:
        """Take what the journal holds below ``stop`` and was not taken yet."""
        while self._next < stop:
            found = self._log.entries(self._next, min(self._next + PAGE, stop))
            if not found:
                break
            for recorded in filter(None, map(self._take, found)):
                self._advance(recorded)
        self._doubtful = False

    def _advance(self, recorded: Recorded) -> Verdict | None:
        """Show the record to every job order it concerns; its own one's verdict."""
        verdict = None
        for job_order, state in self.states.items():
            if concerns(recorded.entry, job_order):
                pack = job.pack_of(recorded, self._packs)
                self.states[job_order], judged = job.advance(state, recorded, pack)
                own = isinstance(recorded.entry, Unread) or (
                    recorded.entry.context.job_order == job_order
                )
                verdict = judged if own else verdict
        return verdict


def concerns(entry: AnyEntry | Unread, job_order: str) -> bool:
    """Whether a job order's state is to see the entry: its own, sessions, what others consumed."""
    if isinstance(entry, Unread):
        context = entry.body.get("context")
        named = context.get("job_order", "") if isinstance(context, dict) else ""
        return named in {"", job_order}
    return entry.context.job_order in {"", job_order} or isinstance(entry, Consumed)
