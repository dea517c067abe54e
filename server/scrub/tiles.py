"""A tile made again from the hashes at its foot, against the one stored and the one above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.log.edge import HEIGHT, WIDTH, Edge
from server.log.tree import tile_root
from sync.merkle import HASH_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.log.tree import Tree
    from server.store.protocol import Store


def feet(data: bytes) -> list[bytes]:
    """The hashes at the foot of a stored tile."""
    return [data[at : at + HASH_SIZE] for at in range(0, WIDTH * HASH_SIZE, HASH_SIZE)]


def made_of(hashes: Sequence[bytes]) -> bytes:
    """The tile over 256 hashes."""
    return Edge.empty().extend(hashes)[0][2]


def stored(store: Store, log: str, level: int, index: int) -> bytes | None:
    """The tile as the database has it; None if it is not there, or no tile."""
    row = store.one("tiles", log=log, level=level, idx=index)
    data = None if row is None else row["data"]
    whole = isinstance(data, bytes) and len(data) == (2 * WIDTH - 2) * HASH_SIZE
    return data if whole else None


def wrong_tile(tree: Tree, log: str, index: int, hashes: Sequence[bytes]) -> str:
    """The first tile that is not what these 256 leaf hashes make of it, as ``level/index``.

    Empty when all agree: the tile itself, its root in the one above, and each one above that ends
    here.
    """
    level, at, below = 0, index, list(hashes)
    while True:
        made = made_of(below)
        if stored(tree.store, log, level, at) != made:
            return f"{level}/{at}"
        parent, child = divmod(at, WIDTH)
        if parent >= tree.size() >> HEIGHT * (level + 2):  # not whole yet: it is in memory
            known = tree.node(HEIGHT * (level + 1), at)
            return "" if known == tile_root(made) else f"{level}/{at}"
        above = stored(tree.store, log, level + 1, parent)
        below = [] if above is None else feet(above)
        if not below or below[child] != tile_root(made):
            return f"{level + 1}/{parent}"
        if child != WIDTH - 1:
            return ""
        level, at = level + 1, parent
