"""The trace as a picture: where each box stands, which boxes are joined. The template draws it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.trace.genealogy import Trace, Use

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 196, 62, 112, 18, 12
LABEL = 66
"""Room for an amount beside its box, before the joins bend."""
MOST_SERIALS = 6
MOST_USES = 60
"""More are drawn in groups: ``server.console.overview``."""
MOST_CONSIGNEES = 8
"""Boxes of consignees, the last for all others where there are more."""
_TITLE = 24


@dataclass(frozen=True)
class Box:
    """A lot, a job order, units, a consignee or a group, with its place in the picture."""

    key: str
    kind: str
    """lot | job | units | consignee | lots"""
    title: str
    lines: tuple[str, ...]
    x: int
    y: int
    height: int
    asked: bool
    href: str = ""
    """Where a click leads; empty for nowhere."""
    width: int = WIDTH
    head: str = ""
    """The small words above the title; empty: what its kind is called."""


@dataclass(frozen=True)
class Line:
    """A join from the right side of one box to the left side of another."""

    path: str
    label: str
    x: int
    y: int
    weight: int = 1
    """How thick, 1 to 4."""


@dataclass(frozen=True)
class Picture:
    """Boxes and lines, and the size of the whole."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: int
    height: int


def picture(trace: Trace) -> Picture:
    """Lots to the left, job orders that used them, lots made, then their units and consignees."""
    joins, faces = _graph(trace)
    columns = _columns(joins)
    boxes = _boxes(columns, faces, f"lot {trace.item}/{trace.lot}")
    lines = tuple(line(boxes[a], boxes[b], label) for (a, b), label in joins.items())
    right = max((box.x + WIDTH for box in boxes.values()), default=0)
    bottom = max((box.y + box.height for box in boxes.values()), default=0)
    return Picture(tuple(boxes.values()), lines, right + MARGIN, bottom + MARGIN)


def _graph(
    trace: Trace,
) -> tuple[dict[tuple[str, str], str], dict[str, tuple[str, str, tuple[str, ...]]]]:
    """Joins with their labels, and each box's kind, title and lines."""
    joins: dict[tuple[str, str], str] = {}
    faces: dict[str, tuple[str, str, tuple[str, ...]]] = {}
    for use in trace.uses:
        lot, job = f"lot {use.item}/{use.lot}", f"job {use.job}"
        made, units = f"lot {use.into_item}/{use.into_lot}", f"units {use.into_item}/{use.into_lot}"
        faces[lot] = ("lot", use.lot, (use.item,))
        faces[made] = ("lot", use.into_lot, (use.into_item,))
        if use.job:
            faces[job] = ("job", use.job, ())
            joins[lot, job] = _amount(use)
            joins[job, made] = ""
        else:  # of imported history, splits and merges nobody says a job order
            joins[lot, made] = _amount(use)
        if use.serials:
            faces[units] = ("units", f"{len(use.serials)}", _shortened(use.serials))
            joins[made, units] = ""
    _ship(trace, joins, faces)
    return joins, faces


def _ship(
    trace: Trace,
    joins: dict[tuple[str, str], str],
    faces: dict[str, tuple[str, str, tuple[str, ...]]],
) -> None:
    """Who got how much of which lot; the others together, where they are many."""
    ranked = [
        name for name, _ in Counter(one.consignee for one in trace.shipment_lines).most_common()
    ]
    own = set(ranked if len(ranked) <= MOST_CONSIGNEES else ranked[: MOST_CONSIGNEES - 1])
    sums: dict[tuple[str, str], dict[str, Decimal]] = {}
    for one in trace.shipment_lines:
        to = f"to {one.consignee}" if one.consignee in own else "to"
        lot = f"lot {one.item}/{one.lot}"
        faces[lot] = ("lot", one.lot, (one.item,))
        title = one.consignee if one.consignee in own else f"+ {len(ranked) - len(own)}"
        faces[to] = ("consignee", title, ())
        units = sums.setdefault((lot, to), {})
        units[one.unit] = units.get(one.unit, Decimal(0)) + Decimal(one.quantity)
    for join, units in sums.items():
        joins[join] = " + ".join(f"{amount:f} {unit}".strip() for unit, amount in units.items())


def _amount(use: Use) -> str:
    return f"{use.quantity} {use.unit}"


def _shortened(serials: tuple[str, ...]) -> tuple[str, ...]:
    if len(serials) <= MOST_SERIALS:
        return serials
    return (*serials[: MOST_SERIALS - 1], "…", serials[-1])


def _columns(joins: Iterable[tuple[str, str]]) -> dict[str, int]:
    """The longest way to each box from the left; a circle (refused elsewhere) stops at 60."""
    columns: dict[str, int] = {}
    pairs = list(joins)
    for _ in range(60):
        moved = False
        for left, right in pairs:
            wanted = columns.setdefault(left, 0) + 1
            if columns.get(right, 0) < wanted:
                columns[right] = wanted
                moved = True
        if not moved:
            break
    return columns


def _boxes(
    columns: dict[str, int], faces: dict[str, tuple[str, str, tuple[str, ...]]], asked: str
) -> dict[str, Box]:
    tops: dict[int, int] = {}
    boxes: dict[str, Box] = {}
    for key, column in sorted(columns.items(), key=lambda pair: (pair[1], pair[0])):
        kind, title, lines = faces[key]
        height = HEIGHT + max(0, len(lines) - 1) * 16
        y = tops.get(column, MARGIN)
        tops[column] = y + height + GAP_Y
        x = MARGIN + column * (WIDTH + GAP_X)
        href = _href(kind, title, lines)
        boxes[key] = Box(key, kind, title[:_TITLE], lines, x, y, height, key == asked, href)
    return boxes


def _href(kind: str, title: str, lines: tuple[str, ...]) -> str:
    """The page of a lot or a job order; the shipment lines below."""
    if kind == "job":
        return f"/console/jobs/{quote(title, safe='')}"
    if kind == "lot":
        return f"/console/lot?{urlencode({'item': lines[0], 'lot': title})}"
    return "#lines" if kind == "consignee" else ""


def line(left: Box, right: Box, label: str, weight: int = 1) -> Line:
    """From the middle of one box's right side to the other's left."""
    x1, y1 = left.x + WIDTH, left.y + HEIGHT // 2
    x2, y2 = right.x, right.y + HEIGHT // 2
    bend = x1 + LABEL if label else x1
    middle = bend + (x2 - bend) // 2
    path = f"M{x1} {y1} H{bend} C{middle} {y1} {middle} {y2} {x2} {y2}"
    return Line(path, label, x1 + 6, y1 - 6, weight)
