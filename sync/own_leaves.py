"""A station checks that the server's log holds its own records: *witnessed* is this and no less.

For every receipt the station computes the leaves that must be there, and asks for one proof of
them in the checkpoint it has just verified. A receipt alone is a promise; this is its keeping.
"""

from __future__ import annotations

from collections.abc import Sequence

from sync.checkpoint import BadNote, Checkpoint
from sync.ed25519 import Verifier
from sync.faults import Fault
from sync.global_leaf import leaves_of
from sync.journal_progress import JournalProgress
from sync.protocol import SyncService
from sync.range_proof import verify_range
from sync.receipt import Receipt, open_receipt
from sync.succession import epoch_of
from sync.writer import OnWriter

MOST_LEAVES = 10_000
"""Leaves proved by one question."""


class OwnLeaves:
    """The station's records in the server's log."""

    def __init__(
        self, journal: JournalProgress, service: SyncService, server: Verifier, on_writer: OnWriter
    ) -> None:
        """Of ``journal``, as ``service`` proves them; ``server`` signed the receipts."""
        self._journal, self._service = journal, service
        self._server, self._on_writer = server, on_writer

    def prove(self, checkpoint: Checkpoint) -> None:
        """Demand proof for all that has a receipt within ``checkpoint``; mark it witnessed.

        ``checkpoint`` must have been verified. Where the log was gone on with after a loss, what
        was promised before counts no more: receipts are asked for once again. Raises Fault
        ``server-log-misses-entries``.
        """
        asked = epoch_of(checkpoint.origin, self._server.name) == 1
        while receipts := self._next(checkpoint.size):
            if self._are_leaves(receipts, checkpoint):
                self._mark(receipts[-1].size)
            elif asked:
                start, stop = receipts[0].global_start, receipts[-1].global_stop
                raise Fault(
                    "server-log-misses-entries",
                    f"{receipts[0].start} to {receipts[-1].size} are not leaves {start} to {stop}"
                    f" of {checkpoint.mark()}",
                )
            else:
                asked = True
                self._on_writer(self._journal.set_promises_aside)

    def _next(self, size: int) -> list[Receipt]:
        """Receipts for the first entries not witnessed yet, as many as one proof takes."""
        witnessed, accepted = self._on_writer(lambda: self._journal.witnessed_of_accepted)
        if witnessed >= accepted:
            return []
        notes = self._on_writer(self._journal.unwitnessed)
        receipts = [self._open(note) for note in notes]
        if not receipts or receipts[0].start > witnessed:
            receipts = [self._again(witnessed)]  # its answer was lost, and a later one came
        return in_a_row([one for one in receipts if one.global_stop <= size])

    def _again(self, index: int) -> Receipt:
        receipt = self._open(self._service.receipt(self._journal.origin, index))
        if not receipt.start <= index < receipt.size:
            raise Fault("receipt-wrong", f"for {receipt.start} to {receipt.size}, asked {index}")
        self._on_writer(lambda: self._journal.acknowledge(receipt))
        return receipt

    def _open(self, note: str) -> Receipt:
        try:
            return open_receipt(note, self._server)
        except BadNote as error:
            raise Fault("receipt-wrong", str(error)) from error

    def _leaf_hashes(self, start: int, stop: int) -> list[bytes]:
        return self._on_writer(lambda: self._journal.leaf_hashes(start, stop))

    def _mark(self, size: int) -> None:
        self._on_writer(lambda: self._journal.mark_witnessed(size))

    def _are_leaves(self, receipts: Sequence[Receipt], checkpoint: Checkpoint) -> bool:
        hashes = self._leaf_hashes(receipts[0].start, receipts[-1].size)
        start, stop = receipts[0].global_start, receipts[-1].global_stop
        proof = self._service.inclusion(start, stop, checkpoint.size)
        leaves = _expected(receipts, hashes)
        return verify_range(leaves, start, checkpoint.size, proof, checkpoint.root)


def in_a_row(receipts: Sequence[Receipt], most: int = MOST_LEAVES) -> list[Receipt]:
    """The first receipts whose leaves follow each other, up to ``most`` leaves (at least one)."""
    taken: list[Receipt] = []
    for receipt in receipts:
        if taken and not (
            receipt.start == taken[-1].size
            and receipt.global_start == taken[-1].global_stop
            and receipt.global_stop - taken[0].global_start <= most
        ):
            break
        taken.append(receipt)
    return taken


def _expected(receipts: Sequence[Receipt], hashes: Sequence[bytes]) -> list[bytes]:
    """The leaves these receipts promise; ``hashes`` are those of their entries, in order."""
    found: list[bytes] = []
    for receipt in receipts:
        at = len(found)
        found += leaves_of(receipt, hashes[at : at + receipt.size - receipt.start])
    return found
