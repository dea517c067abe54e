"""The scope of a recall: everything the suspect reached, frozen as a document with a digest.

The document is the whole answer as it was known at one size of the server's log. Its SHA-256
stands in a signed leaf; the document itself is kept as it is, whatever is known later.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from server.recall.case import Cause
from server.trace.not_known import NotKnown
from server.trace.reach import LotId, ReachedLot, ShipmentLine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.trace.reach import Reach

FORMAT = "lotbook-recall-scope/1"
DOCUMENT = "recall-scope"
"""Kind of the document."""
_Found = tuple[
    tuple[ReachedLot, ...], tuple[ShipmentLine, ...], tuple[ShipmentLine, ...], tuple[NotKnown, ...]
]


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


class Kept(Scope, frozen=True, kw_only=True):
    """A frozen scope: the members of its document, in this order."""

    format: str
    case: str
    revision: int
    """From 1."""
    cause: Cause


class Grown(NamedTuple):
    """What is in a scope and was not in an earlier one."""

    lots: int
    lines: int


def union(roots: Iterable[LotId], reaches: Iterable[Reach]) -> Scope:
    """One scope of several answers: every lot at its least depth, every line once."""
    every = list(reaches)
    if len(every) == 1:  # a plant's worth of lots is not sorted again
        one = every[0]
        found = (one.lots, one.shipment_lines, one.returned, one.not_known)
    else:
        found = _merged(every)
    return Scope(
        roots=tuple(roots),
        lots=found[0],
        lines=found[1],
        returned=found[2],
        not_known=found[3],
        known_at=max(one.known_at for one in every),
    )


def _merged(reaches: Iterable[Reach]) -> _Found:
    lots: dict[LotId, ReachedLot] = {}
    lines: dict[tuple[str, ...], ShipmentLine] = {}
    back: dict[tuple[str, ...], ShipmentLine] = {}
    unknown: dict[tuple[str, str], NotKnown] = {}
    for reach in reaches:
        for one in reach.lots:
            key = LotId(one.item, one.lot)
            if key not in lots or one.depth < lots[key].depth:
                lots[key] = one
        lines |= {_key(one): one for one in reach.shipment_lines}
        back |= {_key(one): one for one in reach.returned}
        unknown |= {(one.code, one.about): one for one in reach.not_known}
    ordered = sorted(lots.values(), key=lambda one: (one.depth, one.item, one.lot))
    return tuple(ordered), tuple(lines.values()), tuple(back.values()), tuple(unknown.values())


def _key(one: ShipmentLine) -> tuple[str, ...]:
    return one.shipment, one.line, one.item, one.lot


def frozen(scope: Scope, case: str, revision: int, cause: Cause) -> Kept:
    """The scope as it is frozen for a case."""
    return Kept(
        format=FORMAT,
        case=case,
        revision=revision,
        cause=cause,
        roots=scope.roots,
        lots=scope.lots,
        lines=scope.lines,
        returned=scope.returned,
        not_known=scope.not_known,
        known_at=scope.known_at,
    )


def document(kept: Kept) -> bytes:
    """The bytes kept, and never made again: JSON, members in the order of the class."""
    return msgspec.json.encode(kept)


class Made(NamedTuple):
    """A scope ready to be kept: made in any thread, for it may be a plant's worth of lots."""

    kept: Kept
    data: bytes
    digest: str
    grown: Grown
    """Against the scope before."""


def made(scope: Scope, before: Scope | None, case: str, number: int, cause: Cause) -> Made:
    """The document of a case's revision, its digest, and what is new in it."""
    kept = frozen(scope, case, number, cause)
    data = document(kept)
    return Made(kept, data, digest_of(data), grown(scope, before))


def digest_of(data: bytes) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(data).hexdigest()


def read(data: bytes) -> Kept:
    """A frozen document again."""
    return msgspec.json.decode(data, type=Kept)


def grown(scope: Scope, before: Scope | None) -> Grown:
    """How many lots and lines are in the scope and were not in the one frozen before."""
    if before is None:
        return Grown(len(scope.lots), len(scope.lines))
    lots = {(one.item, one.lot) for one in before.lots}
    lines = {_key(one) for one in before.lines}
    return Grown(
        sum((one.item, one.lot) not in lots for one in scope.lots),
        sum(_key(one) not in lines for one in scope.lines),
    )
