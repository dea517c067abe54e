"""Proof that leaves ``start`` to ``stop`` stand in a Merkle log: one proof for all of them.

The proof holds the roots of the largest parts of the tree that hold none of the leaves, from left
to right: what RFC 9162 proves for one leaf, for many in a row.
"""

from __future__ import annotations

from collections.abc import Sequence

from sync.merkle import HASH_SIZE, Subtree, node_hash, part_root, root_of, split

_MOST_LEVELS = 64


def range_proof(subtree: Subtree, start: int, stop: int, size: int) -> list[bytes]:
    """The proof for leaves ``start`` to ``stop`` (not included) in the log of ``size``.

    Raises ValueError for a range that is empty or beyond the log.
    """
    if not 0 <= start < stop <= size:
        raise ValueError("the range is not in the log")
    found: list[bytes] = []
    _prove(subtree, (start, stop), 0, size, found)
    return found


def _prove(
    subtree: Subtree, wanted: tuple[int, int], at: int, size: int, found: list[bytes]
) -> None:
    start, stop = wanted
    if stop <= at or at + size <= start:
        found.append(part_root(subtree, at, size))
    elif not (start <= at and at + size <= stop):
        left = split(size)
        _prove(subtree, wanted, at, left, found)
        _prove(subtree, wanted, at + left, size - left, found)


def verify_range(
    leaves: Sequence[bytes], start: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """True if ``leaves`` are those from ``start`` on, of the log with this size and root."""
    inside = 0 <= start < start + len(leaves) <= size < 1 << _MOST_LEVELS
    if not inside or any(len(node) != HASH_SIZE for node in (*leaves, *proof)):
        return False
    rest = list(reversed(proof))
    found = _fold(leaves, start, (0, size), rest)
    return found == root and not rest


def _fold(
    leaves: Sequence[bytes], start: int, part: tuple[int, int], rest: list[bytes]
) -> bytes | None:
    """Root of a part of the tree; None if the proof is too short."""
    at, size = part
    stop = start + len(leaves)
    if stop <= at or at + size <= start:
        return rest.pop() if rest else None
    if start <= at and at + size <= stop:
        return root_of(leaves[at - start : at + size - start])
    middle = split(size)
    left = _fold(leaves, start, (at, middle), rest)
    right = None if left is None else _fold(leaves, start, (at + middle, size - middle), rest)
    return None if left is None or right is None else node_hash(left, right)
