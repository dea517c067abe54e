"""The server's judgement of a push: pure, so that ingest only stores what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import msgspec

from sync.canonical import ENTRY_LIMIT
from sync.checkpoint import BadNote, Checkpoint, open_note
from sync.keys import Verifier
from sync.merkle import CompactRange, leaf_hash


class StoredLog(Protocol):
    """What the server keeps of one origin."""

    @property
    def origin(self) -> str:
        """The station log's origin."""

    def range_at(self, size: int) -> CompactRange:
        """A compact range (the caller's own copy) of the first ``size`` entries."""

    def leaf_at(self, index: int) -> bytes:
        """Stored leaf hash of an entry."""

    @property
    def size(self) -> int:
        """How many entries are kept."""


class Accepted(NamedTuple):
    """All is well: store ``new`` from index ``start`` on (it may be empty: nothing new)."""

    start: int
    new: tuple[bytes, ...]
    leaves: tuple[bytes, ...]
    """Leaf hashes of ``new``."""
    range: CompactRange
    """The log's range after ``new``."""
    checkpoint: Checkpoint
    """The station's signed head that came with the push."""


class GapFound(NamedTuple):
    """The push begins above what is kept; nothing was judged."""

    have: int
    root: bytes


class ForkFound(msgspec.Struct, frozen=True):
    """Proof that the station signed two histories: keep the bytes and the head, alarm."""

    index: int
    """First index known to differ, or the size of the head that differs."""
    have: int
    checkpoint: Checkpoint


class Refused(NamedTuple):
    """Not acceptable and no proof of anything: nothing is stored in the log."""

    code: str
    """bad-head · wrong-size · entry-too-large · damaged"""
    have: int


Verdict = Accepted | GapFound | ForkFound | Refused


class LeafList:
    """A StoredLog over leaf hashes in memory."""

    def __init__(self, origin: str, leaves: list[bytes]) -> None:
        """Look at ``leaves``, which may grow."""
        self._origin = origin
        self._leaves = leaves

    @property
    def origin(self) -> str:
        """The station log's origin."""
        return self._origin

    @property
    def size(self) -> int:
        """How many entries are kept."""
        return len(self._leaves)

    def leaf_at(self, index: int) -> bytes:
        """Stored leaf hash of an entry."""
        return self._leaves[index]

    def range_at(self, size: int) -> CompactRange:
        """A compact range of the first ``size`` entries."""
        range_ = CompactRange()
        range_.extend(self._leaves[:size])
        return range_


def check_push(
    log: StoredLog, verifier: Verifier, from_: int, entries: Sequence[bytes], head: str
) -> Verdict:
    """Judge entries ``from_`` on and the head after them; one signature is verified.

    ``verifier`` is the station's key with its origin as name. Order: head, gap, overlap, root.
    """
    try:
        checkpoint = open_note(head, verifier, log.origin)
    except BadNote:
        return Refused("bad-head", log.size)
    if from_ < 0 or checkpoint.size != from_ + len(entries):
        return Refused("wrong-size", log.size)
    if any(not 0 < len(entry) <= ENTRY_LIMIT for entry in entries):
        return Refused("entry-too-large", log.size)
    if from_ > log.size:
        return GapFound(log.size, log.range_at(log.size).root())
    if checkpoint.size <= log.size and log.range_at(checkpoint.size).root() != checkpoint.root:
        return ForkFound(_first_difference(log, from_, entries), log.size, checkpoint)
    return _continue(log, from_, entries, checkpoint)


def _continue(
    log: StoredLog, from_: int, entries: Sequence[bytes], checkpoint: Checkpoint
) -> Verdict:
    leaves = [leaf_hash(entry) for entry in entries]
    overlap = min(log.size - from_, len(leaves))
    differs = next((i for i in range(overlap) if leaves[i] != log.leaf_at(from_ + i)), None)
    if differs is not None:
        branch = _extend(log.range_at(from_), leaves)
        if branch.root() == checkpoint.root:
            return ForkFound(from_ + differs, log.size, checkpoint)
        return Refused("damaged", log.size)
    range_ = _extend(log.range_at(log.size), leaves[overlap:])
    if checkpoint.size > log.size and range_.root() != checkpoint.root:
        # Entries hurt on the way and a fork below look alike here; the station will show which.
        return Refused("damaged", log.size)
    new = tuple(entries[overlap:])
    return Accepted(log.size, new, tuple(leaves[overlap:]), range_, checkpoint)


def _extend(range_: CompactRange, leaves: Sequence[bytes]) -> CompactRange:
    range_.extend(leaves)
    return range_


def _first_difference(log: StoredLog, from_: int, entries: Sequence[bytes]) -> int:
    for index, entry in enumerate(entries, from_):
        if leaf_hash(entry) != log.leaf_at(index):
            return index
    return from_ + len(entries)
