"""Merkle trees (RFC 9162) over stored tiles: append, root, inclusion and consistency proofs.

A *tile* is 256 hashes side by side and the 254 between them and their root, in one row. Tile 0 of
level 0 has the first 256 leaf hashes at its foot, tile 0 of level 1 the roots of the first 256
tiles of level 0, and so on: the layout of C2SP tlog-tiles, with a tile's inside kept so that a
proof only cuts slices. Only whole tiles are stored; the edge is made again from the leaf hashes,
which are kept anyway. The server's own log and every station's log are such trees.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from server.log.edge import HEIGHT, WIDTH, Edge, place
from server.words import Refusal
from sync import merkle
from sync.range_proof import range_proof

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.store.protocol import Row, Store

GLOBAL = ""
"""The name of the server's own log among the trees."""
TILES_HELD = 64
"""Tiles of a log kept in memory for proofs (16 KB each)."""


class Tree:
    """One log's tree over its stored leaves and tiles."""

    def __init__(self, store: Store, log: str = GLOBAL) -> None:
        """The tree named ``log``: an origin, or :data:`GLOBAL`. Nothing is read yet."""
        self.store, self._log = store, log
        self._known: Edge | None = None
        self._held: OrderedDict[tuple[int, int], bytes] = OrderedDict()

    def size(self) -> int:
        """How many leaves there are."""
        return self._edge.range.size

    def extend(self, leaf_hashes: Sequence[bytes]) -> None:
        """Add leaves, whose bytes the caller stores in the same transaction."""
        tiles = self._edge.extend(leaf_hashes)
        if tiles:
            self.store.add_rows("tiles", [(self._log, *tile) for tile in tiles])

    def forget(self) -> None:
        """Believe only the store: what was added may have been undone."""
        self._known = None
        self._held.clear()

    def leaf(self, index: int) -> bytes:
        """The hash of leaf ``index``."""
        if not 0 <= index < self.size():
            raise Refusal("damaged", why=f"leaf {self._log}/{index} is missing")
        return self.node(0, index)

    def root(self, size: int) -> bytes:
        """The root over the first ``size`` leaves; Refusal if there are fewer."""
        return self.range_at(size).root()

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The audit path of leaf ``index`` in the tree of ``size``; Refusal if not there."""
        self._within(size)
        if not 0 <= index < size:
            raise Refusal("bad-request", why=f"index {index} is not in a log of {size}")
        return merkle.inclusion_proof(self.node, index, size)

    def consistency(self, first: int, second: int) -> list[bytes]:
        """The proof that the tree of ``first`` is a beginning of that of ``second``."""
        self._within(second)
        if not 0 < first <= second:
            raise Refusal("bad-request", why=f"no consistency from {first} to {second}")
        return merkle.consistency_proof(self.node, first, second)

    def range_proof(self, start: int, stop: int, size: int) -> list[bytes]:
        """The proof of leaves ``start`` to ``stop`` (not included) in the tree of ``size``."""
        self._within(size)
        if not 0 <= start < stop <= size:
            raise Refusal("bad-request", why=f"leaves {start} to {stop} are not in a log of {size}")
        return range_proof(self.node, start, stop, size)

    def range_at(self, size: int) -> merkle.CompactRange:
        """The compact range of the first ``size`` leaves; the caller's own copy."""
        self._within(size)
        if size == self.size():
            return self._edge.range.copy()
        levels = [level for level in reversed(range(size.bit_length())) if size >> level & 1]
        hashes = [self.node(level, (size >> level + 1) << 1) for level in levels]
        return merkle.CompactRange(size, hashes)

    def _within(self, size: int) -> None:
        if not 0 <= size <= self.size():
            raise Refusal("bad-request", why=f"the log has not {size} leaves")

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree: from a tile, or from the edge."""
        edge, inside = self._known or self._edge, level % HEIGHT
        tile, offset = divmod(index, WIDTH >> inside)
        whole = edge.range.size >> level - inside + HEIGHT
        if tile >= whole:
            return edge.node(level, index - whole * (WIDTH >> inside))
        at = place(inside, offset) * merkle.HASH_SIZE
        return self._tile(level // HEIGHT, tile)[at : at + merkle.HASH_SIZE]

    def _tile(self, level: int, index: int) -> bytes:
        held = self._held
        data = held.get((level, index))
        if data is not None:
            held.move_to_end((level, index))
            return data
        row = self.store.one("tiles", log=self._log, level=level, idx=index)
        if row is None:
            raise Refusal("damaged", why=f"tile {self._log}/{level}/{index} is missing")
        data = held[level, index] = bytes(row["data"])
        if len(held) > TILES_HELD:
            held.popitem(last=False)
        return data

    @property
    def _edge(self) -> Edge:
        """The edge, read from the store once."""
        if self._known is None:
            self._known = Edge(self._stored_size(), self._feet)
        return self._known

    def _stored_size(self) -> int:
        table, equal = self._leaves()
        newest = self.store.newest(table, **equal)
        return 0 if newest is None else int(newest["idx"]) + 1

    def _feet(self, level: int, start: int, stop: int) -> list[bytes]:
        if level == 0:
            table, equal = self._leaves()
            rows = self.store.rows(table, start=start, stop=stop, **equal)  # type: ignore[arg-type]
            return [_hash(row) for row in self._without_holes(rows, start, stop)]
        rows = self.store.rows("tiles", start=start, stop=stop, log=self._log, level=level - 1)
        return [tile_root(row["data"]) for row in self._without_holes(rows, start, stop)]

    def _leaves(self) -> tuple[str, dict[str, str]]:
        return ("leaves", {}) if self._log == GLOBAL else ("entries", {"origin": self._log})

    def _without_holes(self, rows: list[Row], start: int, stop: int) -> list[Row]:
        if [row["idx"] for row in rows] != list(range(start, stop)):
            raise Refusal("damaged", why=f"leaves of {self._log or 'the log'} are missing")
        return rows


def _hash(row: Row) -> bytes:
    """The leaf hash; Refusal for a column that holds none."""
    if "leaf" not in row:
        return merkle.leaf_hash(row["data"])
    try:
        found = bytes.fromhex(row["leaf"])
    except ValueError:
        found = b""
    if len(found) != merkle.HASH_SIZE:
        raise Refusal("damaged", why=f"the leaf hash of record {row['idx']} is none")
    return found


def tile_root(tile: bytes) -> bytes:
    """The root over a whole tile."""
    last = tile[-2 * merkle.HASH_SIZE :]
    return merkle.node_hash(last[: merkle.HASH_SIZE], last[merkle.HASH_SIZE :])
