"""A correct server in memory, with switches for the network's tricks. For tests and the demo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Literal, TypeVar

from msgspec import structs

from sync.check_push import Accepted, ForkFound, GapFound, LeafList, check_push
from sync.checkpoint import Checkpoint, open_note
from sync.faults import Fault
from sync.framing import BATCH_ENTRIES
from sync.global_leaf import leaves_of
from sync.keys import Signer, Verifier
from sync.merkle import EMPTY_ROOT, consistency_proof, leaf_hash, root_of, subtrees_of
from sync.protocol import Fork, Gap, Head, Kept, Received
from sync.range_proof import range_proof
from sync.receipt import Receipt
from sync.signed_pack import open_pack
from sync.tail import TAIL_LEAVES, pack_tail

Trouble = Literal["lose-request", "lose-reply", "twice"]
T = TypeVar("T")
GLOBAL_ORIGIN = "lotbook.test/S1/log"


class ManualClock:
    """A clock that moves when told to."""

    def __init__(self, wall: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)) -> None:
        """Begin at ``wall``."""
        self.now = wall
        self.mono_ns = 1_000_000_000
        self.boot_id = "boot-1"

    def wall(self) -> datetime:
        """Local time with offset."""
        return self.now

    def monotonic_ns(self) -> int:
        """Nanoseconds since boot."""
        return self.mono_ns

    def boot(self) -> str:
        """The boot's name."""
        return self.boot_id

    def pass_(self, seconds: float) -> None:
        """Let time pass on both clocks."""
        self.now += timedelta(seconds=seconds)
        self.mono_ns += int(seconds * 1_000_000_000)


class MemoryServer:
    """SyncService that keeps everything in lists; ``trouble`` is used up call by call."""

    def __init__(self, signer: Signer, clock: ManualClock | None = None) -> None:
        """``signer``: the server's key. Stations are let in by ``enrol``."""
        self.signer = signer
        self.clock = clock or ManualClock()
        self.offline = False
        self.trouble: list[Trouble | None] = []
        self.most_entries = BATCH_ENTRIES
        self.verifiers: dict[str, Verifier] = {}
        self.logs: dict[str, list[bytes]] = {}
        self.receipts: dict[str, list[Receipt]] = {}
        self.global_leaves: list[bytes] = []
        self.cosigned: list[str] = []
        self.presented: list[str] = []
        self.given: list[bytes] = []
        self.forks: list[tuple[str, str]] = []
        self.evidence: dict[str, list[tuple[int, list[bytes]]]] = {}
        """Where each of a log's other branches begins, and its entries."""
        self.standing: dict[str, tuple[str, int | None]] = {}
        """Standing and limit by origin, as ``Head`` says them."""
        self.files: dict[str, bytes] = {}
        self.spoilt: list[str] = []
        """Attachments that ``Head`` asks for again."""
        self.pieces: dict[str, bytes] = {}
        """Attachments that have arrived in part."""
        self.pack: bytes | None = None
        self.saved: dict[str, int] = {}
        """How many entries each station said to have."""
        self.answers: dict[str, bytes] = {}
        """What ``ask`` gets, by path."""

    def enrol(self, verifier: Verifier) -> None:
        """Let a station's key in."""
        self.verifiers[verifier.name] = verifier
        self.logs.setdefault(verifier.name, [])
        self.receipts.setdefault(verifier.name, [])

    def _carry(self, work: Callable[[], T]) -> T:
        """Do ``work`` as the network lets it through."""
        if self.offline:
            raise Fault("server-unreachable", "offline")
        trouble = self.trouble.pop(0) if self.trouble else None
        if trouble == "lose-request":
            raise Fault("server-unreachable", "request lost")
        answer = work()
        if trouble == "twice":
            answer = work()
        if trouble == "lose-reply":
            raise Fault("answer-lost", "reply lost")
        return answer

    def head(self, origin: str, saved: int = 0) -> Head:
        """What the server keeps of this log."""
        self._heard(origin, saved)
        return self._carry(lambda: self._head(origin))

    def _head(self, origin: str) -> Head:
        entries, receipts = self.logs[origin], self.receipts[origin]
        root = root_of(map(leaf_hash, entries)).hex()
        receipt = receipts[-1].note if receipts else ""
        standing, limit = self.standing.get(origin, ("", None))
        head = Head(len(entries), root, self.clock.wall(), receipt)
        spoilt = tuple(self.spoilt)
        return structs.replace(head, standing=standing, limit=limit, files=spoilt)

    def _heard(self, origin: str, saved: int) -> None:
        if not self.offline:
            self.saved[origin] = max(saved, self.saved.get(origin, 0))

    def push(
        self, origin: str, from_: int, entries: tuple[bytes, ...], head: str, saved: int = 0
    ) -> Received | Gap | Fork:
        """Judge and keep."""
        self._heard(origin, saved)
        return self._carry(lambda: self._push(origin, from_, entries, head))

    def _push(
        self, origin: str, from_: int, entries: tuple[bytes, ...], head: str
    ) -> Received | Gap | Fork:
        if len(entries) > self.most_entries:
            raise Fault("batch-too-large")
        log = LeafList(origin, [leaf_hash(entry) for entry in self.logs[origin]])
        verdict = check_push(log, self.verifiers[origin], from_, entries, head)
        if isinstance(verdict, GapFound):
            return Gap(verdict.have, verdict.root.hex(), self.clock.wall())
        if isinstance(verdict, ForkFound):
            self.forks.append((origin, head))
            return Fork(verdict.index, verdict.have, self.clock.wall())
        if not isinstance(verdict, Accepted):
            raise Fault("batch-refused", verdict.code)
        return Received(self._keep(origin, verdict).note, self.clock.wall())

    def root(self, origin: str, size: int) -> str:
        """Root of the first ``size`` entries."""
        return self._carry(lambda: root_of(map(leaf_hash, self.logs[origin][:size])).hex())

    def hand_over(
        self, origin: str, from_: int, entries: tuple[bytes, ...], head: str
    ) -> Kept | Gap:
        """Keep entries beside the log."""
        return self._carry(lambda: self._hand_over(origin, from_, entries, head))

    def _hand_over(
        self, origin: str, from_: int, entries: tuple[bytes, ...], head: str
    ) -> Kept | Gap:
        said, log = open_note(head, self.verifiers[origin], origin), self.logs[origin]
        branches = self.evidence.setdefault(origin, [])
        for parting, held in (*branches, (from_, [])):
            ours = [*held[: max(0, from_ - parting)], *entries]
            whole = [*log[:parting], *ours]
            if not parting <= from_ <= parting + len(held) or parting > len(log):
                continue
            if ours[: len(held)] != held[: len(ours)] or said != _checkpoint(origin, whole):
                continue
            if (parting, held) not in branches:
                branches.append((parting, held))
            held[: len(ours)] = ours
            return Kept(2, parting, parting + len(held), self.clock.wall())
        return Gap(len(log), "")

    def _keep(self, origin: str, verdict: Accepted) -> Receipt:
        if not verdict.new and self.receipts[origin]:
            return self.receipts[origin][-1]
        start = len(self.global_leaves)
        self.logs[origin] += verdict.new
        receipt = Receipt(
            origin=origin,
            size=verdict.range.size,
            root=verdict.range.root(),
            time=self.clock.wall().isoformat(timespec="milliseconds"),
            global_start=start,
            global_stop=start + len(verdict.leaves),
        ).sign(self.signer)
        self.global_leaves += leaves_of(receipt, verdict.leaves)
        self.receipts[origin].append(receipt)
        return receipt

    def restore(self, origin: str, size: int) -> None:
        """Come back from a backup that holds only ``size`` entries of this log."""
        self.logs[origin] = self.logs[origin][:size]
        before = self.receipts[origin]
        self.receipts[origin] = [r for r in before if r.size <= size]
        for cut in (r for r in before if r.start < size < r.size):  # backed up within a batch
            root = root_of(map(leaf_hash, self.logs[origin]))
            stop = cut.global_start + size - cut.start
            kept = Receipt(origin, size, root, cut.time, cut.global_start, stop)
            self.receipts[origin].append(kept.sign(self.signer))

    def pull(self, origin: str, start: int, stop: int) -> tuple[bytes, ...]:
        """Entries back."""
        return self._carry(lambda: tuple(self.logs[origin][start:stop]))

    def checkpoint(self) -> str:
        """Newest signed checkpoint of the global log."""
        return self._carry(self._checkpoint)

    def _checkpoint(self) -> str:
        root = root_of(self.global_leaves) if self.global_leaves else EMPTY_ROOT
        return Checkpoint(GLOBAL_ORIGIN, len(self.global_leaves), root).sign(self.signer)

    def consistency(self, first: int, second: int) -> tuple[bytes, ...]:
        """Proof between two sizes."""
        return self._carry(
            lambda: tuple(consistency_proof(subtrees_of(self.global_leaves), first, second))
        )

    def inclusion(self, start: int, stop: int, size: int) -> tuple[bytes, ...]:
        """Proof of a range."""
        return self._carry(
            lambda: tuple(range_proof(subtrees_of(self.global_leaves[:size]), start, stop, size))
        )

    def continued(self) -> tuple[int, bytes]:
        """This log never ended."""
        raise Fault("request-refused", "status 404")

    def receipt(self, origin: str, index: int) -> str:
        """The receipt for an entry."""
        return self._carry(
            lambda: next(r.note for r in self.receipts[origin] if r.start <= index < r.size)
        )

    def present(self, note: str) -> None:
        """Be shown a checkpoint."""
        self._carry(lambda: self.presented.append(note))

    def tail(self, start: int, stop: int) -> bytes:
        """The log, not sealed at all."""
        leaves = self.global_leaves[start : min(stop, start + TAIL_LEAVES)]
        return self._carry(lambda: pack_tail(leaves, b"box %d" % start))

    def give_tail(self, box: bytes) -> None:
        """Be given a tail back."""
        self._carry(lambda: self.given.append(box))

    def cosign(self, note: str) -> None:
        """Keep a cosigned checkpoint."""
        self._carry(lambda: self.cosigned.append(note))

    def work_pack(self, have: str) -> bytes | None:
        """The pack in force, if it is another."""
        return self._carry(lambda: self._work_pack(have))

    def _work_pack(self, have: str) -> bytes | None:
        if self.pack is None:
            return None
        newest = open_pack(self.pack, Verifier.of(self.signer)).sha256
        return None if have == newest else self.pack

    def put_piece(self, sha256_: str, size: int, start: int, piece: bytes) -> int:
        """Keep a part of an attachment."""
        return self._carry(lambda: self._put_piece(sha256_, size, start, piece))

    def _put_piece(self, digest: str, size: int, start: int, piece: bytes) -> int:
        if digest in self.files:
            return size
        have = self.pieces.get(digest, b"")
        if start == len(have):
            have += piece
        if len(have) < size:
            self.pieces[digest] = have
            return len(have)
        self.pieces.pop(digest, None)
        if sha256(have).hexdigest() != digest:
            raise Fault("request-refused", "digest")
        self.files[digest] = have
        return size

    def piece(self, sha256_: str, start: int, most: int) -> bytes:
        """A part of an attachment."""
        return self._carry(lambda: self._piece(sha256_)[start : start + most])

    def _piece(self, digest: str) -> bytes:
        if digest not in self.files:
            raise Fault("request-refused", "status 404")
        return self.files[digest]

    def ask(self, path: str) -> bytes:
        """The answer laid out for this path."""
        return self._carry(lambda: self._ask(path))

    def _ask(self, path: str) -> bytes:
        if path not in self.answers:
            raise Fault("request-refused", "status 404")
        return self.answers[path]


def _checkpoint(origin: str, entries: list[bytes]) -> Checkpoint:
    return Checkpoint(origin, len(entries), root_of(map(leaf_hash, entries)))
