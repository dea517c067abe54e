"""The picture of a trace that is too wide for a box each: groups of lots by depth, consignees.

Its boxes lead to the same page with that group, or that consignee's lines, opened below.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import east_asian_width

from server.console.picture import GAP_X, GAP_Y, HEIGHT, MARGIN, WIDTH, Box, Picture, line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from server.trace.graph.summary import Group, Summary

MOST_CONSIGNEES = 8
"""With a box of their own; the others share one."""
TITLE_WIDE, LINE_WIDE = 18, 24
"""How wide a text may be in a box, in Latin letters; a Chinese one is two of them."""


class Look(NamedTuple):
    """How the picture speaks, and where it leads."""

    words: Mapping[str, str]
    names: Mapping[str, str]
    """Of items."""
    link: Callable[..., str]
    """The address of the page with something opened."""
    opened: str
    """Key of the box that is open."""


class _Face(NamedTuple):
    key: str
    kind: str
    head: str
    title: str
    line: str
    column: int
    href: str


def overview(summary: Summary, shipped: Mapping[tuple[int, str], int], look: Look) -> Picture:
    """Groups from left to right as material went, consignees to the right of them all."""
    forward = summary.forward
    deepest = max(group.depth for group in summary.groups)
    faces = [
        _group(summary, place, look, group.depth if forward else deepest - group.depth)
        for place, group in enumerate(summary.groups)
    ]
    names, counts = _gathered(shipped)
    faces += [_consignee(name, counts, look, deepest + 1) for name in names]
    boxes = _placed(faces, look.opened)
    ways = [
        ((f"group {a}", f"group {b}") if forward else (f"group {b}", f"group {a}"), count)
        for (a, b), count in summary.joins().items()
    ]
    ways += [((f"group {a}", f"to {name}"), count) for (a, name), count in _ways(shipped, names)]
    lines = tuple(line(boxes[a], boxes[b], "", _weight(count)) for (a, b), count in ways)
    right = max(box.x + WIDTH for box in boxes.values())
    bottom = max(box.y + box.height for box in boxes.values())
    return Picture(tuple(boxes.values()), lines, right + MARGIN, bottom + MARGIN)


def big(number: int) -> str:
    """A count that is read at a glance: groups of three with a thin space between."""
    return f"{number:,}".replace(",", "\u2009")


def cut(text: str, wide: int) -> str:
    """The text, or as much of it as fits."""
    left = wide
    for at, letter in enumerate(text):
        left -= 2 if east_asian_width(letter) in "WF" else 1
        if left < 0:
            return f"{text[: at - 1]}…"
    return text


def _group(summary: Summary, place: int, look: Look, column: int) -> _Face:
    group, w = summary.groups[place], look.words
    lots = w["tr_lots_of"].format(count=big(group.lots))
    title = summary.lots(place, 0, 1)[0].lot if group.lots == 1 else lots
    href = look.link(depth=group.depth, of=group.item) + "#opened" if group.depth else ""
    head = w["tr_level"].format(depth=group.depth) if group.depth else w["tr_asked"]
    return _Face(f"group {place}", "lots", head, title, _item(group, look), column, href)


def _item(group: Group, look: Look) -> str:
    if not group.item:
        return look.words["tr_other_items"].format(count=group.items)
    name = look.names.get(group.item, "")
    return f"{group.item} {name}".strip()


def _gathered(shipped: Mapping[tuple[int, str], int]) -> tuple[list[str], Counter[str]]:
    """Who gets a box, the most lines first; an empty name for all others. And their lines."""
    counts: Counter[str] = Counter()
    for (_, name), count in shipped.items():
        counts[name] += count
    ranked = [name for name, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]
    own = ranked if len(ranked) <= MOST_CONSIGNEES + 1 else ranked[:MOST_CONSIGNEES]
    return (own, counts) if len(own) == len(ranked) else ([*own, ""], counts)


def _consignee(name: str, counts: Counter[str], look: Look, column: int) -> _Face:
    w = look.words
    if name:
        lines, title = counts[name], name
        href = look.link(consignee=name) + "#lines"
    else:
        others = counts.most_common()[MOST_CONSIGNEES:]
        lines = sum(count for _, count in others)
        title, href = w["tr_others"].format(count=big(len(others))), "#lines"
    said = w["tr_lines_of"].format(count=big(lines))
    return _Face(f"to {name}", "consignee", w["tr_consignee"], title, said, column, href)


def _ways(
    shipped: Mapping[tuple[int, str], int], names: Iterable[str]
) -> Iterable[tuple[tuple[int, str], int]]:
    """Lines from each group to each box of a consignee."""
    own = set(names)
    found: Counter[tuple[int, str]] = Counter()
    for (place, name), count in shipped.items():
        found[place, name if name in own else ""] += count
    return found.items()


def _placed(faces: Iterable[_Face], opened: str) -> dict[str, Box]:
    tops: dict[int, int] = {}
    boxes: dict[str, Box] = {}
    for face in faces:
        y = tops.get(face.column, MARGIN)
        tops[face.column] = y + HEIGHT + GAP_Y
        x = MARGIN + face.column * (WIDTH + GAP_X)
        title, said = cut(face.title, TITLE_WIDE), cut(face.line, LINE_WIDE)
        here = face.key == opened or not face.href
        boxes[face.key] = Box(
            face.key, face.kind, title, (said,), x, y, HEIGHT, here, face.href, head=face.head
        )
    return boxes


def _weight(count: int) -> int:
    """How thick a line is: by the digits of what it stands for, 1 to 4."""
    return min(len(str(count)), 4)
