"""What a recall asks of the genealogy: everything a lot reached, as far as it is known."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from server.trace.not_known import NotKnown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class LotId(NamedTuple):
    """Which lot: a lot's number is unique within its item only."""

    item: str
    lot: str


class ReachedLot(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A lot that the asked one went into, or the asked one itself."""

    item: str
    lot: str
    depth: int
    """Steps from the lot asked for, by the shortest way; 0 for that lot itself."""
    serials: tuple[str, ...]
    """Units of it that were made."""


class ShipmentLine(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A line of a shipment: so much of a lot went to a consignee."""

    line: str
    """Its number, unique in its shipment."""
    shipment: str
    consignee: str
    item: str
    lot: str
    quantity: str
    """Decimal text."""
    unit: str
    """Empty in imported history, which has none."""
    at: str
    """When it left, RFC 3339."""
    serials: tuple[str, ...]
    """The units in it, where they are known."""


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """How far a lot went."""

    lots: tuple[ReachedLot, ...]
    """The lot itself first, then nearest first."""
    shipment_lines: tuple[ShipmentLine, ...]
    """Every line that carries any of these lots."""
    returned: tuple[ShipmentLine, ...]
    """What came back of them: ``shipment`` names the return, ``consignee`` who sent it."""
    not_known: tuple[NotKnown, ...]
    """What may still add to it."""
    true_at: datetime | None
    """Only what had happened by then; None: all."""
    known_at: int
    """How many leaves of the global log it rests on."""

    @property
    def serials(self) -> Iterator[str]:
        """Every unit of these lots."""
        return (serial for lot in self.lots for serial in lot.serials)


class Reaches(Protocol):
    """Answers how far a lot went."""

    def forward(
        self,
        item: str,
        lot: str,
        *,
        true_at: datetime | None = None,
        known_at: int | None = None,
    ) -> Reach:
        """Everything the lot reached; a lot nobody has heard of reached only itself.

        ``true_at``: as the world was then. ``known_at``: as it was known when the global log had
        so many leaves.
        """

    def asked(self, lots: Iterable[LotId]) -> Callable[[], list[Reach]]:
        """The work of answering :meth:`forward` for each, as of now, for any thread."""

    def marked(self, lots: Iterable[LotId]) -> object:
        """Equal to what it was before: so is the answer about these lots together."""

    def among(self, lots: Iterable[LotId], asked_for: Iterable[LotId]) -> set[LotId]:
        """Those of ``asked_for`` that any of the lots reached, or are one of them."""

    def not_known(self) -> tuple[NotKnown, ...]:
        """What may still change any answer."""
