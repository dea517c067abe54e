"""A made-up plant: lots of four levels, what went into what, serials and shipments, by a seed.

Lots follow one another in time within their level; a lot is made from lots of the level below that
were ready shortly before. Each batch of a common raw material (resin, adhesive) goes into every
component of its period, so that a recall of it reaches some 17,000 shipment lines at full size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

LEVELS = ("raw", "component", "subassembly", "device")
SHARES = (0.15, 0.25, 0.25, 0.35)
ITEMS = (200, 500, 300, 80)
WINDOWS = (40, 30, 18)
"""Among how many lots of the level below one is chosen."""
PARENTS = (4, 10, 11)
"""How many are chosen, some of them twice: those count once."""
CUSTOMERS, SUPPLIERS, YEARS = 400, 60, 6
BEGIN = 1_546_300_800
"""2019-01-01, in seconds since 1970."""
SPAN = YEARS * 365 * 86_400
LAG = 3 * 86_400
"""Seconds from one level to the next."""
SPLIT, MERGED, REWORK = 1, 2, 3


@dataclass(frozen=True)
class Plant:
    """Arrays by number: lot, edge, shipment line, serial."""

    level: Ints
    item: Ints
    supplier: Ints
    """-1 for what is made here."""
    time: Ints
    """Seconds since 1970."""
    parent: Ints
    child: Ints
    quantity: Ints
    """Of an edge, in thousandths."""
    line_lot: Ints
    line_customer: Ints
    line_quantity: Ints
    serial_lot: Ints
    serial_line: Ints
    """-1 while in stock."""
    common: Ints
    """The raw lots used everywhere in their period."""

    @property
    def lots(self) -> int:
        """How many."""
        return len(self.level)

    def code(self, lot: int) -> str:
        """A lot's code."""
        return f"{'RCSD'[self.level[lot]]}{lot + 1:07d}"


def grown(lots: int, seed: int) -> Plant:
    """The plant of so many lots."""
    chance = np.random.default_rng(seed)
    counts = [int(lots * share) for share in SHARES[:-1]]
    counts.append(lots - sum(counts))
    level = np.repeat(np.arange(4), counts)
    first = np.concatenate([[0], np.cumsum(counts)])
    at = np.concatenate([np.linspace(0, 1, count, endpoint=False) for count in counts])
    item = chance.integers(0, np.array(ITEMS)[level])
    supplier = np.where(level == 0, chance.integers(0, SUPPLIERS, lots), -1)
    time = BEGIN + (at * SPAN).astype(np.int64) + level * LAG
    common = _common(lots, counts[0])
    parent, child = _edges(chance, counts, first, common)
    line_lot, serial_lot, serial_line = _shipped(chance, int(first[3]), counts[3])
    return Plant(
        level=level, item=item, supplier=supplier, time=time, parent=parent, child=child,
        quantity=chance.integers(1, 5_000, len(parent)),
        line_lot=line_lot, line_customer=chance.integers(0, CUSTOMERS, len(line_lot)),
        line_quantity=np.bincount(serial_line[serial_line >= 0], minlength=len(line_lot)),
        serial_lot=serial_lot, serial_line=serial_line, common=common,
    )  # fmt: skip


def _common(lots: int, raw: int) -> Ints:
    """Batches that follow one another, each used for its part of the time."""
    batches = max(4, lots // 31_000)
    return (np.arange(batches) * raw) // batches


def _edges(
    chance: np.random.Generator, counts: list[int], first: Ints, common: Ints
) -> tuple[Ints, Ints]:
    """Parents and children, each pair once."""
    parents, children = [], []
    kind = _kinds(chance, counts[3])
    for below in range(3):
        count = counts[below + 1]
        place = np.arange(count)
        if below == 2:  # noqa: PLR2004 - devices: those split, merged, reworked come after
            place = place[kind == 0]
        newest = (place * counts[below]) // count
        chosen = newest[:, None] - chance.integers(0, WINDOWS[below], (len(place), PARENTS[below]))
        parents.append(first[below] + np.maximum(chosen, 0).ravel())
        children.append(np.repeat(first[below + 1] + place, PARENTS[below]))
    place = np.arange(counts[1])
    parents.append(common[(place * len(common)) // counts[1]])
    children.append(first[1] + place)
    more = _special(chance, kind, counts, first)
    parent, child = (np.concatenate([*some, one]) for some, one in zip((parents, children), more,
                                                                      strict=True))  # fmt: skip
    pairs = np.unique(child * (1 << 32) + parent)
    child, parent = pairs >> 32, pairs & 0xFFFFFFFF
    keep = child != parent
    return parent[keep], child[keep]


def _kinds(chance: np.random.Generator, devices: int) -> Ints:
    kinds = chance.choice(4, devices, p=(0.98, 0.01, 0.005, 0.005)).astype(np.int64)
    kinds[:50] = 0
    return kinds


def _special(
    chance: np.random.Generator, kind: Ints, counts: list[int], first: Ints
) -> tuple[Ints, Ints]:
    """Device lots from device lots: parts of one, one of several, one worked on again."""
    parents, children = [], []
    for which, many in ((SPLIT, 1), (MERGED, 3), (REWORK, 1)):
        place = np.flatnonzero(kind == which)
        source = place[:, None] - chance.integers(1, 50, (len(place), many))
        parents.append(first[3] + np.maximum(source, 0).ravel())
        children.append(np.repeat(first[3] + place, many))
    again, source = children[-1], parents[-1]
    subs = ((again - first[3]) * counts[2]) // counts[3]
    parents.append(first[2] + np.maximum(subs - chance.integers(0, 14, len(subs)), 0))
    children.append(again)
    back = chance.random(len(again)) < 0.3  # noqa: PLR2004 - went back into the lot it came from
    parents.append(again[back])
    children.append(source[back])
    return np.concatenate(parents), np.concatenate(children)


def _shipped(chance: np.random.Generator, first: int, devices: int) -> tuple[Ints, Ints, Ints]:
    """Lots of the shipment lines; lots and lines of the serials."""
    shipped = chance.random(devices) < 0.95  # noqa: PLR2004 - the rest is in stock
    lines = shipped * (1 + (chance.random(devices) < 0.45) + (chance.random(devices) < 0.15))  # noqa: PLR2004
    line_lot = np.repeat(np.arange(devices), lines)
    before = np.cumsum(lines) - lines
    units = np.maximum(lines, 1 + chance.poisson(3.86, devices))
    owner = np.repeat(np.arange(devices), units)
    nth = np.arange(len(owner)) - np.repeat(np.cumsum(units) - units, units)
    line = np.where(lines[owner] > 0, before[owner] + nth % np.maximum(lines[owner], 1), -1)
    return first + line_lot, first + owner, line
