"""The ragged edge of a tree: what is complete but in no whole tile yet. Pure; in memory only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sync.merkle import CompactRange

HEIGHT = 8
"""Levels of the tree in one tile."""
WIDTH = 1 << HEIGHT
"""Hashes at the foot of a tile."""

Feet = Callable[[int, int, int], Sequence[bytes]]
"""(level of tiles, start, stop): the hashes ``start`` to ``stop`` at the foot of that level."""
Tile = tuple[int, int, bytes]
"""Level, index, and the hashes: 256 at the foot, 128 above them, and so on to 2."""


class Edge:
    """The complete hashes that are in no whole tile, by level of the tree, and the range."""

    def __init__(self, size: int, feet: Feet) -> None:
        """The edge of a tree of ``size`` leaves; ``feet`` reads what is stored."""
        self._nodes: list[list[bytes]] = []
        for level in range(0, size.bit_length(), HEIGHT):
            start, stop = self.whole(size, level) * WIDTH, size >> level
            made = CompactRange().extend(feet(level // HEIGHT, start, stop))
            self._nodes += [*made, *([] for _ in range(HEIGHT - len(made)))]
        levels = [level for level in reversed(range(size.bit_length())) if size >> level & 1]
        self.range = CompactRange(size, [self._nodes[level][-1] for level in levels])
        """The whole log's compact range: not the caller's own."""

    @classmethod
    def empty(cls) -> Edge:
        """The edge of a tree without leaves."""
        return cls(0, lambda _level, _start, _stop: ())

    @staticmethod
    def whole(size: int, level: int) -> int:
        """How many whole tiles a tree of ``size`` has with their foot at ``level``."""
        return size >> level + HEIGHT

    def node(self, level: int, offset: int) -> bytes:
        """The hash at ``level``, counted from the first that is in no whole tile."""
        return self._nodes[level][offset]

    def extend(self, leaves: Sequence[bytes]) -> list[Tile]:
        """Add leaf hashes; the tiles that are now whole leave the edge."""
        for level, nodes in enumerate(self.range.extend(leaves)):
            if level == len(self._nodes):
                self._nodes += [[] for _ in range(HEIGHT)]
            self._nodes[level] += nodes
        whole = [at for at in range(0, len(self._nodes), HEIGHT) if len(self._nodes[at]) >= WIDTH]
        return [tile for level in whole for tile in self._take(level)]

    def _take(self, level: int) -> list[Tile]:
        pieces = self._nodes[level : level + HEIGHT]
        count = len(pieces[0]) // WIDTH
        first = self.whole(self.range.size, level) - count
        tiles = [
            (level // HEIGHT, first + tile, b"".join(_cut(pieces, tile))) for tile in range(count)
        ]
        for above, nodes in enumerate(pieces):
            del nodes[: count * (WIDTH >> above)]
        return tiles


def place(inside: int, offset: int) -> int:
    """Where in a tile (in hashes) the hash ``offset`` of its level ``inside`` is."""
    return 2 * WIDTH - (2 * WIDTH >> inside) + offset


def _cut(pieces: list[list[bytes]], tile: int) -> list[bytes]:
    cut = []
    for above, nodes in enumerate(pieces):
        width = WIDTH >> above
        cut += nodes[tile * width : (tile + 1) * width]
    return cut
