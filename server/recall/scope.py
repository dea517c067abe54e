"""The scope of a recall: everything the suspect reached, frozen as a document with a digest.

The document is the whole answer as it was known at one size of the server's log. Its SHA-256
stands in a signed leaf; the document itself is kept as it is, whatever is known later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
        known_at=max((one.known_at for one in every), default=0),
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
        lines |= {key_of(one): one for one in reach.shipment_lines}
        back |= {key_of(one): one for one in reach.returned}
        unknown |= {(one.code, one.about): one for one in reach.not_known}
    ordered = sorted(lots.values(), key=lambda one: (one.depth, one.item, one.lot))
    return tuple(ordered), tuple(lines.values()), tuple(back.values()), tuple(unknown.values())


def key_of(one: ShipmentLine) -> tuple[str, ...]:
    """Which line it is."""
    return one.shipment, one.line, one.item, one.lot
