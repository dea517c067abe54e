"""States of a log that somebody signed or remembers, held against the log as it is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sync.findings import Finding
from sync.merkle import CompactRange

MOST_FINDINGS = 1_000


_AS_GOOD = {
    "head": ("head", "receipt", "seen"),
    "receipt": ("head", "receipt", "seen"),
    "leaves": ("head", "receipt", "seen"),
    "revocation": ("head", "receipt", "seen"),
    "checkpoint": ("checkpoint", "seen"),
    "seen": ("seen",),
}
"""Which marks that held say where a change begins, by the mark that does not hold."""


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
    """Who says so: ``head``, ``receipt``, ``leaves``, ``revocation``,
    ``checkpoint`` or ``seen``."""


class MarkedRange:
    """A compact range that grows leaf by leaf and is compared with every mark it passes."""

    def __init__(self, origin: str, member: str, marks: Iterable[Mark], findings: Findings) -> None:
        """``marks`` come by size; ``member`` is the file that holds the leaves."""
        self.origin, self.member, self.findings = origin, member, findings
        self.range = CompactRange()
        self.whole = True
        """False once a leaf is missing or stands elsewhere: then roots say nothing more."""
        self.held: dict[str, Mark] = {}
        """The newest mark that held, by what it is."""
        self._marks = iter(marks)
        self._mark = next(self._marks, None)
        self.differed: set[str] = set()
        """Which marks did not hold, by what they are."""
        self._compare()

    def grow(self, leaf: bytes) -> None:
        """Add a leaf hash, and compare."""
        self.range.append(leaf)
        self._compare()

    def end(self, have: int) -> None:
        """Nothing more comes: marks above are proof that the tail is missing."""
        while self._mark is not None:
            mark = self._mark
            params = {"have": str(have), "size": str(mark.size)}
            code = f"{mark.what}-short"
            self.findings.add(Finding(code, self.member, params, self.origin, have))
            self._mark = next(self._marks, None)

    def _compare(self) -> None:
        while self._mark is not None and self._mark.size <= self.range.size:
            mark, self._mark = self._mark, next(self._marks, None)
            if not self.whole or mark.size < self.range.size:
                continue  # the hole is named already
            if self.range.root().hex().startswith(mark.root):
                self.held[mark.what] = mark
            else:
                self._differs(mark)

    def _differs(self, mark: Mark) -> None:
        """Name the span that holds the change; what follows it cannot match either.

        It begins where a mark held that whoever rewrote the log could not have signed anew.
        """
        if mark.what in self.differed:
            return
        self.differed.add(mark.what)
        good = max(
            (self.held[one].size for one in _AS_GOOD[mark.what] if one in self.held), default=0
        )
        last = max(mark.size - 1, good)
        params = {"size": str(mark.size), "first": str(good), "last": str(last)}
        code = f"{mark.what}-differs"
        self.findings.add(Finding(code, self.member, params, self.origin, last))


def by_size(marks: Iterable[Mark], member: str, findings: Findings) -> Iterator[Mark]:
    """Marks in rising order; one that stands out of order is a finding, and left out."""
    last = 0
    for mark in marks:
        if mark.size < last:
            findings.find("order", member, why=f"{mark.size} < {last}")
            continue
        last = mark.size
        yield mark
