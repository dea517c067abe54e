"""The scope of a recall: everything the suspect reached, frozen as a document with a digest.

The document is the whole answer as it was known at one size of the server's log. Its SHA-256
stands in a signed leaf; the document itself is kept as it is, whatever is known later.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from server.trace.reach import LotId, ReachedLot, ShipmentLine
from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.recall.case import Cause
    from server.trace.not_known import NotKnown
    from server.trace.reach import Reach

FORMAT = "lotbook-recall-scope/1"
DOCUMENT = "recall-scope"
"""Kind of the document."""
MOST_BYTES = 512 * 1024 * 1024


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """All that a suspect reached."""

    roots: tuple[LotId, ...]
    lots: tuple[ReachedLot, ...]
    """Each once, nearest first."""
    lines: tuple[ShipmentLine, ...]
    returned: tuple[ShipmentLine, ...]
    not_known: tuple[NotKnown, ...]
    known_at: int

    @property
    def consignees(self) -> tuple[str, ...]:
        """Who got any of it, by name."""
        return tuple(sorted({one.consignee for one in self.lines}))

    @property
    def units(self) -> int:
        """Serial numbers in it."""
        return sum(len(one.serials) for one in self.lots)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen document, read back as far as it is compared and shown."""

    lots: list[tuple[str, str, int, list[str]]]
    """Item, lot, depth, serials."""
    lines: list[ShipmentLine]
    returned: list[ShipmentLine]
    not_known: list[dict[str, Any]]
    known_at: int
    revision: int

    @property
    def consignees(self) -> tuple[str, ...]:
        """Who got any of it, by name."""
        return tuple(sorted({one.consignee for one in self.lines}))


class Grown(NamedTuple):
    """What is in a scope and was not in an earlier one."""

    lots: int
    lines: int


def union(roots: Iterable[LotId], reaches: Iterable[Reach]) -> Scope:
    """One scope of several answers: every lot at its least depth, every line once."""
    lots: dict[LotId, ReachedLot] = {}
    lines: dict[tuple[str, ...], ShipmentLine] = {}
    back: dict[tuple[str, ...], ShipmentLine] = {}
    unknown: dict[tuple[str, str], NotKnown] = {}
    known_at = 0
    for reach in reaches:
        for one in reach.lots:
            key = LotId(one.item, one.lot)
            if key not in lots or one.depth < lots[key].depth:
                lots[key] = one
        lines |= {_key(one): one for one in reach.shipment_lines}
        back |= {_key(one): one for one in reach.returned}
        unknown |= {(one.code, one.about): one for one in reach.not_known}
        known_at = max(known_at, reach.known_at)
    return Scope(
        roots=tuple(roots),
        lots=tuple(sorted(lots.values(), key=lambda one: (one.depth, one.item, one.lot))),
        lines=tuple(lines.values()),
        returned=tuple(back.values()),
        not_known=tuple(unknown.values()),
        known_at=known_at,
    )


def _key(one: ShipmentLine) -> tuple[str, ...]:
    return one.shipment, one.line, one.item, one.lot


def document(scope: Scope, case: str, revision: int, cause: Cause) -> bytes:
    """The scope as it is frozen: canonical JSON."""
    return canonical.dumps(
        {
            "format": FORMAT,
            "case": case,
            "revision": revision,
            "cause": msgspec.to_builtins(cause),
            "known_at": scope.known_at,
            "roots": [list(one) for one in scope.roots],
            "lots": [[one.item, one.lot, one.depth, list(one.serials)] for one in scope.lots],
            "lines": msgspec.to_builtins(scope.lines),
            "returned": msgspec.to_builtins(scope.returned),
            "not_known": msgspec.to_builtins(scope.not_known),
        }
    )


def digest_of(data: bytes) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(data).hexdigest()


def read(data: bytes) -> Kept:
    """A frozen document again."""
    return msgspec.json.decode(data, type=Kept)


def grown(scope: Scope, before: Kept | None) -> Grown:
    """How many lots and lines are in the scope and were not in the one frozen before."""
    if before is None:
        return Grown(len(scope.lots), len(scope.lines))
    lots = {(one[0], one[1]) for one in before.lots}
    lines = {_key(one) for one in before.lines}
    return Grown(
        sum((one.item, one.lot) not in lots for one in scope.lots),
        sum(_key(one) not in lines for one in scope.lines),
    )
