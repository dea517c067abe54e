"""What is true of a plant, found another way than any walk: marks pushed along all edges at once.

All edges are looked at in every round until no mark is new. No list of neighbours, no queue, no
visited set: nothing in common with what is measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from plant import Ints, Plant


@dataclass(frozen=True)
class Truth:
    """Of one lot."""

    lot: str
    lots: frozenset[str]
    """Reached or come from, itself not counted."""
    lines: frozenset[str]
    """Shipment lines of those lots and of itself (forward only)."""


def forward(plant: Plant, lot: int) -> Truth:
    """What the lot went into, and the shipment lines it may be in."""
    mark = _marked(plant.lots, plant.parent, plant.child, lot)
    lines = np.flatnonzero(mark[plant.line_lot])
    return Truth(plant.code(lot), _codes(plant, mark, lot), frozenset(map(line_id, lines)))


def backward(plant: Plant, lot: int) -> Truth:
    """What went into the lot."""
    mark = _marked(plant.lots, plant.child, plant.parent, lot)
    return Truth(plant.code(lot), _codes(plant, mark, lot), frozenset())


def line_id(line: int) -> str:
    """A shipment line's identifier."""
    return f"SL-{line + 1:07d}"


def serial_id(serial: int) -> str:
    """A unit's serial."""
    return f"SN{serial + 1:08d}"


def _marked(lots: int, source: Ints, target: Ints, lot: int) -> NDArray[np.bool_]:
    mark = np.zeros(lots, dtype=bool)
    mark[lot] = True
    count = 0
    while count != (count := int(mark.sum())):
        mark[target[mark[source]]] = True
    return mark


def _codes(plant: Plant, mark: NDArray[np.bool_], lot: int) -> frozenset[str]:
    return frozenset(plant.code(one) for one in np.flatnonzero(mark) if one != lot)
