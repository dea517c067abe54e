"""What every peer is asked, and what each of them answers: rows with all their columns, as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from genealogy import rows_of_lines, rows_of_lots

if TYPE_CHECKING:
    from plant import Ints, Plant

LINE = ("line", "lot", "shipment", "customer", "quantity", "time")
LOT = ("lot_id", "lot", "item", "level", "supplier", "time")


class Peer(Protocol):
    """Something that traces."""

    name: str

    def forward(self, lot: int) -> bytes:
        """The shipment lines that carry the lot or anything made of it."""

    def backward(self, lot: int) -> bytes:
        """The lots that went into the lot, itself not among them."""

    def close(self) -> None:
        """Give everything back."""


@dataclass(frozen=True)
class Sparse:
    """Neighbours of every lot in compressed sparse rows."""

    starts: Ints
    others: Ints


@dataclass(frozen=True)
class Question:
    """The plant in the forms that the peers in memory share; making them is nobody's time."""

    plant: Plant
    out: Sparse
    into: Sparse
    line_starts: Ints
    """Where the shipment lines of each lot begin: they are in the order of the lots."""
    lines: list[dict[str, str]]
    lots: list[dict[str, str]]


def question(plant: Plant) -> Question:
    """Of a plant."""
    order = np.argsort(plant.line_lot, kind="stable")
    assert bool((order == np.arange(len(order))).all())  # noqa: S101 - made in that order
    return Question(
        plant=plant,
        out=_sparse(plant.parent, plant.child, plant.lots),
        into=_sparse(plant.child, plant.parent, plant.lots),
        line_starts=_starts(plant.line_lot, plant.lots),
        lines=[dict(zip(LINE, row, strict=True)) for row in rows_of_lines(plant)],
        lots=[dict(zip(LOT, row, strict=True)) for row in rows_of_lots(plant)],
    )


def _starts(owner: Ints, lots: int) -> Ints:
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=lots))])


def _sparse(source: Ints, target: Ints, lots: int) -> Sparse:
    order = np.argsort(source, kind="stable")
    return Sparse(_starts(source, lots), target[order].astype(np.int32))
