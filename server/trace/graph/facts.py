"""What the genealogy is made of, row by row, as it is read from the projections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from server.trace.reach import LotId, ShipmentLine


@dataclass(frozen=True, slots=True)
class Source:
    """The record or statement that says so."""

    kind: str
    """consumed | split | merged | reworked | returned | relabelled | history"""
    job: str = ""
    operation: str = ""
    person: str = ""
    station: str = ""
    origin: str = ""
    index: int = -1
    effect: bool = True
    """False: recorded, but the rule book gave it no effect."""


HISTORY = Source("history")


class Edge(NamedTuple):
    """So much of a lot went into another."""

    parent: LotId
    child: LotId
    quantity: str
    unit: str
    at: str
    """RFC 3339; empty: nobody wrote it."""
    known: int
    """Index of the leaf of the global log that brought it."""
    source: Source = HISTORY


class Unit(NamedTuple):
    """A serial number of a lot."""

    lot: LotId
    serial: str
    at: str
    known: int
    job: str = ""


class Line(NamedTuple):
    """A line of a shipment or of a return."""

    row: ShipmentLine
    known: int
    returned: bool = False

    @property
    def lot(self) -> LotId:
        """The lot it carries."""
        return LotId(self.row.item, self.row.lot)


class About(NamedTuple):
    """What is known of a lot itself."""

    supplier: str = ""
    level: str = ""
    at: str = ""
    """When it was received or made."""
