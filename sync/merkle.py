"""RFC 9162 Merkle trees over SHA-256: roots, the compact range that appends, and both proofs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
"""Root of a log with no entries."""

Subtree = Callable[[int, int], bytes]
"""Hash of the complete subtree (level, index): leaves ``index << level`` on, 2**level of them."""


def leaf_hash(data: bytes) -> bytes:
    """Hash of an entry's bytes."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Root over leaf hashes."""
    range_ = CompactRange()
    range_.extend(leaf_hashes)
    return range_.root()


class CompactRange:
    """The few hashes from which a log of ``size`` entries can go on: one for each bit of size."""

    __slots__ = ("_hashes", "_size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        """Raise ValueError unless there is one hash of 32 bytes for each set bit of ``size``."""
        if size < 0 or len(hashes) != size.bit_count() or any(len(h) != HASH_SIZE for h in hashes):
            raise ValueError("a compact range has one hash for each bit set in its size")
        self._size = size
        self._hashes = list(hashes)

    @property
    def size(self) -> int:
        """How many leaves."""
        return self._size

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash."""
        rest, node = self._size, leaf
        while rest & 1:
            node = node_hash(self._hashes.pop(), node)
            rest >>= 1
        self._hashes.append(node)
        self._size += 1

    def extend(self, leaves: Iterable[bytes]) -> list[list[bytes]]:
        """Add leaf hashes, level by level; the subtrees now complete, by level, leaves first.

        The first of each level has index ``size >> level``, by the size before.
        """
        made: list[list[bytes]] = []
        nodes, loose, rest = list(leaves), [], self._size
        self._size += len(nodes)
        while nodes:
            made.append(nodes)
            if len(nodes) == 1:  # a leaf by itself, all the way up: without pairs and their lists
                if not rest & 1:
                    loose.append(nodes[0])
                    break
                nodes = [sha256(b"\x01" + self._hashes.pop() + nodes[0]).digest()]
                rest >>= 1
                continue
            if rest & 1:
                nodes = [self._hashes.pop(), *nodes]
            if len(nodes) & 1:
                loose.append(nodes[-1])
            pairs = zip(nodes[::2], nodes[1::2], strict=False)
            nodes = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
            rest >>= 1
        self._hashes += reversed(loose)
        return made

    def root(self) -> bytes:
        """Root of the whole log."""
        if not self._hashes:
            return EMPTY_ROOT
        node = self._hashes[-1]
        for left in self._hashes[-2::-1]:
            node = sha256(b"\x01" + left + node).digest()
        return node

    def copy(self) -> CompactRange:
        """Another range that can go its own way."""
        other = CompactRange()
        other._size, other._hashes = self._size, self._hashes.copy()
        return other

    def to_bytes(self) -> bytes:
        """The hashes one after the other, largest subtree first."""
        return b"".join(self._hashes)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> CompactRange:
        """Read what ``to_bytes`` wrote. Raises ValueError."""
        return cls(size, [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)])


def subtrees_of(leaf_hashes: Sequence[bytes]) -> Subtree:
    """Complete subtrees of leaf hashes held in memory."""
    nodes = CompactRange().extend(leaf_hashes)
    return lambda level, index: nodes[level][index]


def inclusion_proof(subtree: Subtree, index: int, size: int) -> list[bytes]:
    """Path that proves leaf ``index`` in the log of ``size``. Raises ValueError."""
    if not 0 <= index < size:
        raise ValueError("the index is not in the log")
    below = (index ^ size - 1).bit_length() - 1  # levels up to where the last leaf is beside it
    if below < 0:
        return _lefts(subtree, index, 0)
    path = [subtree(level, index >> level ^ 1) for level in range(below)]
    right = (index >> below) + 1 << below
    path.append(part_root(subtree, right, size - right))
    return path + _lefts(subtree, index, below + 1)


def consistency_proof(subtree: Subtree, first: int, second: int) -> list[bytes]:
    """Proof that the log of size ``first`` is a beginning of that of ``second``."""
    if not 0 < first <= second:
        raise ValueError("sizes must be 0 < first <= second")
    return _consistency(subtree, first, 0, second, whole=True)


def split(size: int) -> int:
    """Largest power of two below ``size`` (size > 1)."""
    return 1 << (size - 1).bit_length() - 1


def part_root(subtree: Subtree, start: int, size: int) -> bytes:
    """Root over ``size`` leaves from ``start``, a part as the tree is divided (aligned)."""
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return subtree(level, start >> level)
    left = split(size)
    return node_hash(part_root(subtree, start, left), part_root(subtree, start + left, size - left))


def _lefts(subtree: Subtree, index: int, level: int) -> list[bytes]:
    """The complete subtrees to the left of leaf ``index`` from ``level`` up, smallest first."""
    return [
        subtree(at, (index >> at) - 1) for at in range(level, index.bit_length()) if index >> at & 1
    ]


def _consistency(
    subtree: Subtree, first: int, start: int, size: int, *, whole: bool
) -> list[bytes]:
    if first == size:
        return [] if whole else [part_root(subtree, start, size)]
    left = split(size)
    if first <= left:
        rest = _consistency(subtree, first, start, left, whole=whole)
        return [*rest, part_root(subtree, start + left, size - left)]
    rest = _consistency(subtree, first - left, start + left, size - left, whole=False)
    return [*rest, part_root(subtree, start, left)]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """True if ``leaf`` is entry ``index`` of the log with this size and root (2.1.3.2)."""
    if not 0 <= index < size or not _well_formed(proof):
        return False
    at, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while at & 1 == 0 and at != 0:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and node == root


def root_up_to(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """Root of the log that ended with ``leaf``, from its inclusion proof in the log of ``size``.

    The proof must have been verified: its left siblings are all that the shorter log consists of.
    """
    at, last, node = index, size - 1, leaf
    for sibling in proof:
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while at & 1 == 0 and at != 0:
                at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    return node


def verify_consistency(
    first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes
) -> bool:
    """True if the first log is a beginning of the second (2.1.4.2). Size 0 proves nothing."""
    if not 0 < first <= second or not _well_formed(proof):
        return False
    if first == second:
        return not proof and first_root == second_root
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    return bool(path) and _fold_consistency(first, second, path) == (first_root, second_root)


def _fold_consistency(first: int, second: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots that the path leads to, or None if it is too long or too short."""
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for node in path[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while at & 1 == 0 and at != 0:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, node)
        at, last = at >> 1, last >> 1
    return (old, new) if last == 0 else None


def _well_formed(proof: Sequence[bytes]) -> bool:
    return all(len(node) == HASH_SIZE for node in proof)
