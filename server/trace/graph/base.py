"""The genealogy's arrays: lots by number, edges both ways, serials and shipment lines by lot.

A lot's number never changes while the arrays grow. Everything here is read-only.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from server.trace.graph.packed import Names, Packed, names, pack

if TYPE_CHECKING:
    from collections.abc import Iterator

I8: TypeAlias = npt.NDArray[np.int8]
I16: TypeAlias = npt.NDArray[np.int16]
I32: TypeAlias = npt.NDArray[np.int32]
I64: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lots:
    """Every lot."""

    names: Names
    """Keys of item and lot (:func:`server.trace.graph.packed.lot_key`)."""
    told: Packed
    """What is told of each (:mod:`server.trace.graph.told`)."""


@dataclass(frozen=True, slots=True)
class Edges:
    """What went into what: rows in the order of the child, and a second order by parent."""

    child_starts: I64
    """Where the rows of each child begin."""
    parents: I32
    parent_starts: I64
    children: I32
    """In the order of the parent."""
    rows: I32
    """Of each of :attr:`children`, its row in the order of the child."""
    digits: I64
    """Quantity (:mod:`server.trace.graph.amounts`)."""
    decimals: I8
    unit: I32
    """Place among the texts."""
    at: I64
    ahead: I16
    known: I64
    source: I32
    """Place among the sources; -1: imported history."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Records and statements behind edges; columns are places among the texts, if nothing else."""

    kind: I32
    job: I32
    """Place among the jobs; -1: none."""
    operation: I32
    person: I32
    station: I32
    origin: I32
    index: I64
    effect: I8
    row: I64
    """Of its edge; -1: it has none any more."""


@dataclass(frozen=True, slots=True)
class Units:
    """Serials, in the order of their lots."""

    starts: I64
    names: Names
    at: I64
    known: I64
    job: I32
    """Place among the jobs; -1: none."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Shipment lines (or returns), in the order of their lots."""

    starts: I64
    lot: I32
    rows: Packed
    """Each as JSON without its serials, and a comma."""
    serials: Packed
    """The serials of each, a line apart."""
    at: I64
    known: I64
    consignee: I32
    """Place among the texts."""


@dataclass(frozen=True, slots=True)
class Base:
    """All of it."""

    lots: Lots
    edges: Edges
    sources: Sources
    units: Units
    shipped: Lines
    returned: Lines
    jobs: Names
    texts: Packed

    @property
    def count(self) -> int:
        """How many lots."""
        return self.lots.names.packed.count


def flat(group: Any, before: str = "") -> Iterator[tuple[str, npt.NDArray[Any]]]:  # noqa: ANN401
    """Every array of a group by its dotted name."""
    for field in fields(group):
        value = getattr(group, field.name)
        if isinstance(value, np.ndarray):
            yield f"{before}{field.name}", value
        else:
            yield from flat(value, f"{before}{field.name}.")


def let_go(group: Any) -> None:  # noqa: ANN401 - any of the groups
    """Have what is mapped of these arrays leave the memory: it is read again when it is wanted."""
    for _, array in flat(group):
        owner: Any = array
        while isinstance(owner, np.ndarray):
            owner = owner.base
        if isinstance(owner, mmap.mmap) and hasattr(owner, "madvise"):
            owner.madvise(mmap.MADV_DONTNEED)


_GROUPS: dict[str, type[Any]] = {
    "lots": Lots, "lots.names": Names, "lots.names.packed": Packed, "lots.told": Packed,
    "edges": Edges, "sources": Sources,
    "units": Units, "units.names": Names, "units.names.packed": Packed,
    "shipped": Lines, "shipped.rows": Packed, "shipped.serials": Packed,
    "returned": Lines, "returned.rows": Packed, "returned.serials": Packed,
    "jobs": Names, "jobs.packed": Packed, "texts": Packed,
}  # fmt: skip


def unflat(arrays: dict[str, npt.NDArray[Any]]) -> Base:
    """The arrays put together again; KeyError if one is missing."""

    def group(kind: type[Any], path: str) -> Any:  # noqa: ANN401 - any of the groups
        parts = []
        for field in fields(kind):
            at = f"{path}.{field.name}" if path else field.name
            parts.append(group(_GROUPS[at], at) if at in _GROUPS else arrays[at])
        return kind(*parts)

    made: Base = group(Base, "")
    return made


def empty() -> Base:
    """Nothing is known."""
    none, one = np.zeros(0, np.int64), np.zeros(1, np.int64)
    few, byte, short = np.zeros(0, np.int32), np.zeros(0, np.int8), np.zeros(0, np.int16)
    nothing = pack([])
    lines = Lines(one, few, nothing, nothing, none, none, few)
    return Base(
        lots=Lots(names(nothing), nothing),
        edges=Edges(one, few, one, few, few, none, byte, few, none, short, none, few),
        sources=Sources(few, few, few, few, few, few, none, byte, none),
        units=Units(one, names(nothing), none, none, few),
        shipped=lines,
        returned=lines,
        jobs=names(nothing),
        texts=nothing,
    )
