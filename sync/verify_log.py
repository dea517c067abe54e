"""Verifying one station's whole log, entry by entry, against every head that somebody signed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sync.envelope import BadEnvelope, Envelope, check
from sync.findings import Finding
from sync.merkle import CompactRange, leaf_hash

MOST_FINDINGS = 1_000
_WINDOW = 512
"""How far back a signature's head may lie and still be looked up while reading."""


class Findings:
    """What was found, at most a thousand of it kept; ``count`` counts all."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.kept: list[Finding] = []
        self.count = 0

    def add(self, finding: Finding) -> None:
        """Note a finding."""
        self.count += 1
        if len(self.kept) < MOST_FINDINGS:
            self.kept.append(finding)

    def find(self, code: str, member: str, **params: str) -> None:
        """Note a finding about a file."""
        self.add(Finding(code, member, params))


class Mark(NamedTuple):
    """Somebody knew the log at ``size`` to have a root that begins with ``root`` (hex)."""

    size: int
    root: str
    what: str
    """Who says so: ``head``, ``receipt``, ``leaves`` or ``seen``."""


@dataclass(frozen=True, slots=True)
class Place:
    """An entry that was read: where, its bytes, its hash, and what is around its body."""

    index: int
    data: bytes
    leaf: bytes
    envelope: Envelope | None


class LogCheck:
    """Reads a log from its beginning; what is wrong goes to ``findings`` with its place."""

    def __init__(self, origin: str, member: str, marks: Iterable[Mark], findings: Findings) -> None:
        """``marks`` come by size; ``member`` is the file that holds the entries."""
        self.origin, self.member, self.findings = origin, member, findings
        self.range = CompactRange()
        self.whole = True
        """False once an entry is missing or stands elsewhere: then roots say nothing more."""
        self.next = 0
        self.good = 0
        """The greatest size at which a mark held."""
        self.held: list[Mark] = []
        """The newest marks that held, one for each ``what``."""
        self._marks = iter(marks)
        self._mark = next(self._marks, None)
        self._differed: set[str] = set()
        self._ranges: deque[CompactRange] = deque(maxlen=_WINDOW)
        self._compare()

    def take(self, data: bytes, noted: str, *, excused: bool = False) -> Place:
        """Read the next entry; ``noted`` is the leaf hash kept beside it, or empty.

        ``excused``: it is known that the entry cannot be decoded, and that it was set aside.
        """
        leaf, at = leaf_hash(data), self.next
        envelope, why = _open(data)
        if envelope is None:
            if not excused:
                self._found("unreadable", at, why=why)
        elif (envelope.origin, envelope.index) != (self.origin, at):
            at = self._elsewhere(envelope)
        if noted and noted != leaf.hex():
            self._found("entry-changed", at, envelope)
        self._ranges.append(self.range.copy())
        self.range.append(leaf)
        self.next = max(self.next, at + 1)
        self._compare()
        return Place(at, data, leaf, envelope)

    def root_at(self, size: int) -> str:
        """Root (hex) at an earlier size not far back; empty if it is too far or not known."""
        back = self.range.size - size
        if not self.whole or not 0 <= back <= len(self._ranges):
            return ""
        range_ = self.range if back == 0 else self._ranges[-back]
        return range_.root().hex()

    def end(self) -> None:
        """Nothing more comes: marks above are proof that the tail is missing."""
        while self._mark is not None:
            mark = self._mark
            params = {"have": str(self.next), "size": str(mark.size)}
            code = f"{mark.what}-short"
            self.findings.add(Finding(code, self.member, params, self.origin, self.next))
            self._mark = next(self._marks, None)

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

    def _compare(self) -> None:
        while self._mark is not None and self._mark.size <= self.range.size:
            mark, self._mark = self._mark, next(self._marks, None)
            if not self.whole or mark.size < self.range.size:
                continue  # the hole is named already
            if self.range.root().hex().startswith(mark.root):
                self.good = mark.size
                self.held = [*(one for one in self.held if one.what != mark.what), mark]
            else:
                self._differs(mark)

    def _differs(self, mark: Mark) -> None:
        """Name the span that holds the change; what follows it cannot match either."""
        if mark.what in self._differed:
            return
        self._differed.add(mark.what)
        last = max(mark.size - 1, self.good)
        params = {"size": str(mark.size), "first": str(self.good), "last": str(last)}
        code = f"{mark.what}-differs"
        self.findings.add(Finding(code, self.member, params, self.origin, last))

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


def by_size(marks: Iterable[Mark], member: str, findings: Findings) -> Iterator[Mark]:
    """Marks in rising order; one that stands out of order is a finding, and left out."""
    last = 0
    for mark in marks:
        if mark.size < last:
            findings.find("order", member, why=f"{mark.size} < {last}")
            continue
        last = mark.size
        yield mark


def _open(data: bytes) -> tuple[Envelope | None, str]:
    try:
        return check(data), ""
    except BadEnvelope as error:
        return None, str(error)[:200]
