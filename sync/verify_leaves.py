"""Verifying the server's log, leaf by leaf: against its checkpoints, and for what it names."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sync import canonical
from sync.findings import Finding
from sync.merkle import CompactRange, leaf_hash
from sync.verify_marks import Findings, Mark, MarkedRange
from sync.verify_statements import StatementCheck

if TYPE_CHECKING:
    from sync.keyring import Keyring

_HASH_HEX = 64
_MOST_MISSING = 1_000_000
_MOST_NOTED = 20
"""So many leaves that differ from the tree are named; after a shift all would."""


@dataclass
class Named:
    """What the server's log names of one station's log."""

    range: CompactRange = field(default_factory=CompactRange)
    next: int = 0
    whole: bool = True
    """False once an entry's leaf is missing: then the range says nothing more."""
    positions: array[int] = field(default_factory=lambda: array("Q"))
    """Position in the server's log of every entry, by index."""


class LeafCheck(MarkedRange):
    """Reads the server's log from its beginning."""

    def __init__(
        self, origin: str, member: str, marks: Iterable[Mark], findings: Findings, ring: Keyring
    ) -> None:
        """``marks``: checkpoints and what was seen outside, by size."""
        super().__init__(origin, member, marks, findings)
        self.named: dict[str, Named] = {}
        self._statements = StatementCheck(ring, findings, origin, member)
        self.stated = self._statements.stated
        self._noted = 0

    def take(self, data: bytes, noted: str | None) -> None:
        """Read the next leaf; ``noted`` is its hash in the stored tree; None if it has none."""
        position, hash_ = self.range.size, leaf_hash(data)
        if noted is not None and noted != hash_.hex() and self._noted < _MOST_NOTED:
            self._noted += 1
            self._find("leaf-changed", position)
        try:
            leaf = canonical.loads(data)
        except canonical.NotCanonical as error:
            self._find("leaf-unreadable", position, why=str(error)[:200])
        else:
            self._read(position, leaf)
        self.grow(hash_)

    def _read(self, position: int, leaf: dict[str, Any]) -> None:
        if leaf.get("kind") != "entry":
            self._statements.take(position, leaf)
            return
        origin, index, named = leaf.get("origin"), leaf.get("index"), leaf.get("leaf")
        if not (isinstance(origin, str) and isinstance(index, int) and _is_hash(named)):
            self._find("leaf-unreadable", position, why="no entry")
            return
        log = self.named.setdefault(origin, Named())
        if index != log.next:
            params = {"next": str(log.next)}
            self.findings.add(Finding("leaf-index", self._at(position), params, origin, index))
            log.whole = False
            if index < log.next:
                return
            log.positions.extend([0] * min(index - log.next, _MOST_MISSING))
        log.next = index + 1
        log.range.append(bytes.fromhex(str(named)))
        log.positions.append(position)

    def _find(self, code: str, position: int, **params: str) -> None:
        self.findings.add(Finding(code, self.member, params, self.origin, position))

    def _at(self, position: int) -> str:
        return f"{self.member}:{position + 1}"


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and len(value) == _HASH_HEX and value.isalnum() and _hex(value)


def _hex(value: str) -> bool:
    try:
        return bytes.fromhex(value).hex() == value
    except ValueError:
        return False
