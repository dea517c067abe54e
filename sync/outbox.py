"""Sends what the server lacks: asks its head, pushes what is above, keeps the receipts."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sync.checkpoint import BadNote
from sync.faults import Fault
from sync.framing import BATCH_ENTRIES
from sync.handover import Handover
from sync.journal import Batch, Journal
from sync.keeper import Keeper
from sync.keys import Verifier
from sync.observer import Observer
from sync.own_leaves import OwnLeaves
from sync.parcels import Parcels
from sync.protocol import Fork, Gap, Head, Received, SyncService
from sync.receipt import Receipt, open_receipt
from sync.rescue import Rescue
from sync.succession import Approved, Succession
from sync.witness import Witness
from sync.writer import OnWriter, directly

_MOST_GAPS = 3
PACED_ENTRIES = 125
"""Batches become no smaller than this while the server says that it is busy."""
CAREFUL = 1.125
"""How batches grow again after an answer was lost: on a bad line a larger one is lost again."""
FROZEN = {
    "forked": "journal-forked",
    "copied": "station-copied",
    "revoked": "station-revoked",
    "replaced": "station-replaced",
}
"""What the server says of a station's standing, and the Fault it is here."""


class Progress(NamedTuple):
    """How far a drain is."""

    accepted: int
    saved: int


class Drained(NamedTuple):
    """What a drain did."""

    pushed: int
    """Entries the server confirmed for the first time."""
    attachments: int
    """Photos and files the server confirmed."""
    accepted: int
    """The server keeps this many entries."""
    checkpoint_size: int
    """Size of the global log verified and cosigned; 0 without a witness."""
    stopped: bool
    """True if ``stop`` or ``pause`` ended it early."""


def _quiet(_: Progress) -> None:
    """Tell nobody."""


def _never_approved(_: bytes) -> bool:
    """Nobody may decide so."""
    return False


def _never() -> bool:
    """Do not stop."""
    return False


class Outbox:
    """Exactly once by (origin, index): lost, doubled and late messages all end the same way.

    May run on any thread if ``on_writer`` brings journal work to the writer thread.
    """

    def __init__(  # noqa: PLR0913 - what a station has of its server
        self,
        journal: Journal,
        service: SyncService,
        server_verifier: Verifier,
        *,
        witness: Witness | None = None,
        keeper: Keeper | None = None,
        approved: Approved = _never_approved,
        on_writer: OnWriter = directly,
    ) -> None:
        """Without ``witness`` no checkpoint is asked for; without ``keeper`` none is kept.

        ``approved`` judges by whom a log was gone on with after a loss; without it by nobody.
        """
        self._journal = journal
        self._service = service
        self._verifier = server_verifier
        self._on_writer = on_writer
        self._rescue = None
        if witness is not None and keeper is not None:
            self._rescue = Rescue(service, witness, keeper, on_writer)
        self._observer = None
        if witness is not None:
            own = OwnLeaves(journal, service, server_verifier, on_writer)
            told = Succession(service, witness, keeper, journal, approved, on_writer)
            self._observer = Observer(service, witness, self._rescue, told, own, on_writer)
        self._most_entries = self._paced_entries = BATCH_ENTRIES
        self._growth = 2.0
        self._place: int | None = None
        """How far the server is, if the last exchange left no doubt about it."""
        self._handover = Handover(journal, service, on_writer)
        self._parcels = Parcels(journal, service, on_writer)

    def drain(
        self,
        progress: Callable[[Progress], None] = _quiet,
        stop: Callable[[], bool] = _never,
        pause: Callable[[], bool] = _never,
    ) -> Drained:
        """Send records, check and cosign the server's checkpoint, then send photos and files.

        Raises Fault; what was confirmed until then stays confirmed, and the next drain goes on
        from the server's head. ``stop`` is asked between messages; ``pause`` between the pieces
        of a photo, and the next drain goes on with it.
        """
        self._place = None
        try:
            head = self._resume()
            accepted = self._push_all(head, head.size, progress, stop)
            if not stop():
                self._heed(head)
        except Fault as fault:
            if fault.code in FROZEN.values():  # nothing more is recorded: the photos go as well
                self._send_files(lambda: not stop())
            raise
        observer = None if stop() else self._observer
        size = observer.run(keep=head.keep) if observer is not None else 0
        if head.limit is None:
            self._place = accepted

        def go_on() -> bool:
            if self._place is not None:  # what was recorded while a piece was on its way
                place, self._place = self._place, None
                self._place = self._push_all(head, place, progress, stop)
            return not (stop() or pause())

        files = 0 if stop() else self._send_files(go_on)
        accepted = accepted if self._place is None else self._place
        stopped = stop() or self._parcels.waiting() > 0
        return Drained(accepted - head.size, files, accepted, size, stopped)

    def _send_files(self, go_on: Callable[[], bool]) -> int:
        """Photos and files, asking after each piece; how many the server has now."""
        count = 0
        for whole in self._parcels.send():
            count += whole
            if not go_on():
                break
        return count

    def send_new(self, progress: Callable[[Progress], None] = _quiet) -> bool:
        """Push what was recorded since the last drain, without asking anything first.

        False if a drain is due: the last one did not end well, or the server answered something
        else than a receipt. Raises Fault like ``drain``.
        """
        place, self._place = self._place, None
        if place is None:
            return False
        while (batch := self._batch(place, None)).entries:
            answer = self._push(batch)
            if not isinstance(answer, Received):
                return False
            place = self._received(answer, batch, quiet=False)
            progress(Progress(place, self._saved()))
        self._place = place
        return not self._parcels.waiting()

    def _resume(self) -> Head:
        """What the server has, once both agree on everything below it.

        Before anything is sent: a server put back from an old copy must not sign on from there.
        Raises Fault ``server-recovery`` while it is not whole again.
        """
        head = self._meet()
        if self._rescue is not None and self._rescue.needed(head):
            self._rescue.run(head)
            head = self._meet()
        if head.recovery:
            raise Fault("server-recovery", f"it holds {head.log} of {head.signed}")
        return head

    def _meet(self) -> Head:
        """What the server has, and what that means for what is here."""
        head = self._service.head(self._journal.origin, self._saved())
        self._on_writer(lambda: self._journal.heard(head.server_time))
        if head.files:
            self._on_writer(lambda: self._journal.attachments.offer(head.files))
        if head.standing == "copied":
            raise self._part(head, "station-copied")
        self._agree(head)
        accepted = self._on_writer(lambda: self._journal.counts().accepted)
        if head.size < accepted:
            self._on_writer(lambda: self._journal.server_lost(head.size))
        elif head.size > accepted and head.receipt:
            self._keep(head.receipt)  # the reply to an earlier push was lost
        return head

    def _saved(self) -> int:
        """The server is told what is here, so that it knows what it still lacks."""
        return self._on_writer(lambda: self._journal.size)

    def _agree(self, head: Head) -> None:
        saved = self._saved()
        if head.size <= saved:
            ours = self._on_writer(lambda: self._journal.root_at(head.size)).hex()
            if ours != head.root:
                raise self._part(head, "journal-forked")
        elif self._handover.agrees(saved):
            detail = f"the server has {head.size}, this station {saved}"
            raise self._freeze("journal-rolled-back", detail)
        else:
            raise self._part(head, "journal-forked")

    def _part(self, head: Head, code: str) -> Fault:
        """Two histories under one key: hand this one over whole, then record no more."""
        parting = self._handover.parting(head.size)
        self._handover.run(parting)
        return self._freeze(code, f"the histories part at entry {parting}")

    def _heed(self, head: Head) -> None:
        """Everything is handed over: now obey what the server says of this station."""
        if not head.standing:
            return
        limit = head.limit
        if head.standing == "revoked" and limit is not None and self._saved() > limit:
            self._handover.run(limit)
        code = FROZEN.get(head.standing, "request-refused")
        raise self._freeze(code, head.standing)

    def _freeze(self, code: str, detail: str) -> Fault:
        return self._on_writer(lambda: self._journal.freeze(code, detail))

    def _push_all(
        self,
        head: Head,
        position: int,
        progress: Callable[[Progress], None],
        stop: Callable[[], bool],
    ) -> int:
        """Send the entries from ``position`` on; how many the server has then."""
        gaps = 0
        while not stop():
            batch = self._batch(position, head.limit)
            if not batch.entries:
                break
            answer = self._push(batch)
            if isinstance(answer, Gap):
                gaps += 1
                if gaps > _MOST_GAPS:
                    raise Fault("server-error", "the server keeps losing its place")
                position = self._resume().size
            elif isinstance(answer, Fork):
                raise self._part(self._again(), "journal-forked")
            elif answer is not None:
                position = self._received(answer, batch, quiet=bool(head.standing))
                progress(Progress(position, self._saved()))
        return position

    def _again(self) -> Head:
        return self._service.head(self._journal.origin, self._saved())

    def _batch(self, start: int, limit: int | None) -> Batch:
        most = min(self._most_entries, self._paced_entries)
        most = most if limit is None else min(most, limit - start)
        return self._on_writer(lambda: self._journal.batch(start, max(0, most)))

    def _push(self, batch: Batch) -> Received | Gap | Fork | None:
        """The server's answer; None if the batch was too large and the next will be smaller."""
        try:
            answer = self._service.push(
                self._journal.origin, batch.start, batch.entries, batch.head, self._saved()
            )
        except Fault as fault:
            if fault.kind == "ambiguous":  # it may have arrived; what never left is not "sent"
                self._on_writer(lambda: self._journal.mark_sent(batch.stop))
                self._paced_entries, self._growth = max(1, len(batch.entries) // 2), CAREFUL
            if fault.code == "server-busy":  # the next ones are smaller, until one is taken
                self._paced_entries = max(PACED_ENTRIES, self._paced_entries // 2)
            if fault.code != "batch-too-large" or len(batch.entries) == 1:
                raise
            self._most_entries = max(1, len(batch.entries) // 2)
            return None
        if not isinstance(answer, Received):  # to keep a receipt marks them as sent too
            self._on_writer(lambda: self._journal.mark_sent(batch.stop))
        return answer

    def _received(self, answer: Received, batch: Batch, *, quiet: bool) -> int:
        """Keep the receipt, as a time beacon too unless nothing more is to be recorded."""
        try:
            receipt = self._keep(answer.receipt)
        except Fault:
            self._on_writer(lambda: self._journal.mark_sent(batch.stop))
            raise
        if receipt.size < batch.stop:
            raise Fault("receipt-wrong", f"for {receipt.size}, sent {batch.stop}")
        self._grow()
        self._on_writer(lambda: self._journal.heard(receipt.when()))
        if not quiet:
            self._on_writer(lambda: self._journal.beacon(receipt))
        return receipt.size

    def _grow(self) -> None:
        """A batch went through: the next may be larger."""
        larger = max(self._paced_entries + 1, int(self._paced_entries * self._growth))
        self._paced_entries = min(BATCH_ENTRIES, larger)
        if self._paced_entries == BATCH_ENTRIES:
            self._growth = 2.0

    def _keep(self, note: str) -> Receipt:
        try:
            receipt = open_receipt(note, self._verifier)
        except BadNote as error:
            raise Fault("receipt-wrong", str(error)) from error
        self._on_writer(lambda: self._journal.acknowledge(receipt))
        return receipt
