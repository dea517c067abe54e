"""Verifying one station's whole log, entry by entry, against every head that somebody signed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from sync.envelope import BadEnvelope, Envelope, check
from sync.findings import Finding
from sync.merkle import CompactRange, leaf_hash
from sync.verify_marks import MOST_FINDINGS, Findings, Mark, MarkedRange

_WINDOW = 512
"""How far back a signature's head may lie and still be looked up while reading."""


@dataclass(frozen=True, slots=True)
class Place:
    """An entry that was read: where, its bytes, its hash, and what is around its body."""

    index: int
    data: bytes
    leaf: bytes
    envelope: Envelope | None


class LogCheck(MarkedRange):
    """Reads a log from its beginning; what is wrong goes to ``findings`` with its place."""

    def __init__(self, origin: str, member: str, marks: Iterable[Mark], findings: Findings) -> None:
        """``marks`` come by size; ``member`` is the file that holds the entries."""
        super().__init__(origin, member, marks, findings)
        self.next = 0
        self._ranges: deque[CompactRange] = deque(maxlen=_WINDOW)

    def take(self, data: bytes, noted: str | None, *, excused: bool = False) -> Place:
        """Read the next entry; ``noted`` is the leaf hash kept beside it; None if none is kept.

        ``excused``: it is known that the entry cannot be decoded, and that it was set aside.
        """
        leaf, at = leaf_hash(data), self.next
        envelope, why = _open(data)
        if envelope is None:
            if not excused:
                self._found("unreadable", at, why=why)
        elif (envelope.origin, envelope.index) != (self.origin, at) and not excused:
            at = self._elsewhere(envelope)
        if noted is not None and noted != leaf.hex():
            self._found("entry-changed", at, envelope)
        self._ranges.append(self.range.copy())
        self.next = max(self.next, at + 1)
        self.grow(leaf)
        return Place(at, data, leaf, envelope)

    def root_at(self, size: int) -> str:
        """Root (hex) at an earlier size not far back; empty if it is too far or not known."""
        back = self.range.size - size
        if not self.whole or not 0 <= back <= len(self._ranges):
            return ""
        range_ = self.range if back == 0 else self._ranges[-back]
        return range_.root().hex()

    def _elsewhere(self, envelope: Envelope) -> int:
        """The entry is another one than comes next: name what is missing, or what it says."""
        self.whole = False
        if envelope.origin == self.origin and envelope.index > self.next:
            for index in range(self.next, min(envelope.index, self.next + MOST_FINDINGS)):
                self._found("hole", index)
            return envelope.index
        says = f"{envelope.origin} #{envelope.index}"
        self._found("misplaced", self.next, envelope, says=says)
        return self.next

    def _found(
        self, code: str, index: int, envelope: Envelope | None = None, **params: str
    ) -> None:
        kind = envelope.kind if envelope else ""
        who = person_of(envelope) if envelope else ""
        self.findings.add(Finding(code, self.member, params, self.origin, index, kind, who))


def person_of(envelope: Envelope) -> str:
    """The person whom the entry's context names; empty if none."""
    context = envelope.body.get("context")
    return str(context.get("person", "")) if isinstance(context, dict) else ""


def _open(data: bytes) -> tuple[Envelope | None, str]:
    try:
        return check(data), ""
    except BadEnvelope as error:
        return None, str(error)[:200]
