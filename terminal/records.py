"""The station's records: append first, then fold. Lives on the writer thread.

Every record of the station's log is read once at the start; after that each append advances the
states of the job orders in the pack. The states can be thrown away and folded again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms import codec, job
from forms.entries import Consumed, Signed, Unread
from sync import envelope, esign

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forms.entries import AnyEntry, Entry
    from forms.job import JobState, Recorded
    from forms.rules import Verdict
    from forms.terms import Person
    from forms.workpack import JobOrder, WorkPack
    from sync.journal import Appended, Journal, Stored

PAGE = 500
"""Entries read at a time."""


def is_sound(entry: AnyEntry, people: Mapping[str, Person]) -> bool:
    """Whether a signature among the records is by the person's key over what it names."""
    if not isinstance(entry, Signed):
        return True
    person = people.get(entry.context.person)
    if person is None or esign.covers_root(entry.covers) != entry.covers_root:
        return False
    message = esign.message(
        meaning=entry.meaning,
        printed_name=entry.printed_name,
        time=entry.time,
        covers_root=entry.covers_root,
        head=entry.head,
        text_digest=entry.text_digest,
        language=entry.context.language,
    )
    return esign.verify(bytes.fromhex(person.public_key), message, entry.signature)


class Records:
    """Everything recorded at this station, and the job states it adds up to."""

    def __init__(self, log: Journal, packs: Callable[[str], WorkPack | None]) -> None:
        """``packs`` finds a work pack by its SHA-256, among all this station ever accepted."""
        self._log = log
        self._packs = packs
        self._all: list[Recorded] = []
        self._orders: dict[str, JobOrder] = {}
        self.states: dict[str, JobState] = {}
        self.watchers: list[Callable[[AnyEntry | Unread], None]] = []
        """Called with every entry, old ones first (lockout counts, last job order)."""

    def load(self, size: int) -> None:
        """Read the whole log once."""
        for start in range(0, size, PAGE):
            for stored in self._log.entries(start, min(start + PAGE, size)):
                self._take(stored)

    def _take(self, stored: Appended | Stored) -> Recorded | None:
        """A stored entry as a record, remembered; None for the sync layer's own."""
        sealed = envelope.check(stored.data)
        if sealed.kind.startswith("sync/"):
            return None
        entry = codec.decode(sealed.kind, sealed.body)
        recorded = job.Recorded(
            ref=stored.ref,
            origin=sealed.origin,
            index=stored.index,
            wall=sealed.at.when(),
            quality=sealed.at.quality,
            entry=entry,
            sound=isinstance(entry, Unread) or is_sound(entry, self._people(entry)),
        )
        self._all.append(recorded)
        for watcher in self.watchers:
            watcher(entry)
        return recorded

    def _people(self, entry: Entry) -> dict[str, Person]:
        pack = self._packs(entry.context.work_pack)
        return {person.id: person for person in pack.people} if pack else {}

    def obey(self, pack: WorkPack) -> None:
        """Fold the states of the pack's job orders; orders that are gone keep their state."""
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
        return self._folded(entry, self._log.append(*codec.encode(entry)))

    def append_with(
        self, entry: AnyEntry, then: Callable[[str], AnyEntry]
    ) -> tuple[Recorded, Recorded]:
        """Make the record durable together with one that ``then`` makes from its ref."""
        made: list[AnyEntry] = [entry]

        def second(ref: str) -> tuple[str, dict[str, object]]:
            made.append(then(ref))
            return codec.encode(made[1])

        first, other = self._log.append_with(codec.encode(entry), second)
        return self._folded(made[0], first)[0], self._folded(made[1], other)[0]

    def _folded(self, entry: AnyEntry, kept: Appended) -> tuple[Recorded, Verdict | None]:
        """The record just kept, and its job order's verdict."""
        recorded = self._take(kept)
        if recorded is None:
            msg = f"a {codec.kind_of(entry)} that was just written cannot be read"
            raise AssertionError(msg)
        verdict = None
        for job_order, state in self.states.items():
            if concerns(entry, job_order):
                pack = self._packs(entry.context.work_pack)
                self.states[job_order], judged = job.advance(state, recorded, pack)
                verdict = judged if entry.context.job_order == job_order else verdict
        return recorded, verdict


def concerns(entry: AnyEntry | Unread, job_order: str) -> bool:
    """Whether a job order's state is to see the entry: its own, sessions, what others consumed."""
    if isinstance(entry, Unread):
        context = entry.body.get("context")
        named = context.get("job_order", "") if isinstance(context, dict) else ""
        return named in {"", job_order}
    return entry.context.job_order in {"", job_order} or isinstance(entry, Consumed)
