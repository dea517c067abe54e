"""Did a server show everybody one history? Two packs, or two checkpoints, are enough to say.

Two checkpoints of one log that cannot both be true, each signed by the server's key, are the proof
of a split view. Sizes need not be equal: where two trees name one complete subtree, they must name
the same hash. What the paths of two packs do not settle, a consistency proof does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import combinations

from sync.checkpoint import Checkpoint
from sync.merkle import CompactRange, node_hash, split, verify_consistency, verify_inclusion

Nodes = dict[tuple[int, int], bytes]
"""Hashes of complete subtrees by (level, index)."""


class Outcome(Enum):
    """What can be said about two checkpoints."""

    SAME = "same"
    CONSISTENT = "consistent"
    SPLIT = "split"
    UNDECIDED = "undecided"
    OTHER_LOG = "other-log"


@dataclass(frozen=True)
class Shown:
    """A checkpoint that somebody was shown: where it was found, who cosigned it."""

    name: str
    checkpoint: Checkpoint
    witnesses: tuple[str, ...] = ()
    nodes: Nodes = field(default_factory=dict)
    """Subtrees that inclusion proofs in this very checkpoint name."""


@dataclass(frozen=True)
class Proof:
    """A consistency proof between two sizes; what it proves depends on the roots."""

    first: int
    second: int
    hashes: tuple[bytes, ...]


@dataclass(frozen=True)
class Comparison:
    """Two checkpoints, the smaller first, and what can be said about them."""

    first: Shown
    second: Shown
    outcome: Outcome


def compare(shown: Sequence[Shown], proofs: Sequence[Proof] = ()) -> list[Comparison]:
    """Every two of them."""
    ordered = sorted(shown, key=lambda one: one.checkpoint.size)
    return [
        Comparison(first, second, _outcome(first, second, proofs))
        for first, second in combinations(ordered, 2)
    ]


def _outcome(first: Shown, second: Shown, proofs: Sequence[Proof]) -> Outcome:
    one, two = first.checkpoint, second.checkpoint
    if one.origin != two.origin:
        return Outcome.OTHER_LOG
    if one.size == two.size:
        return Outcome.SAME if one.root == two.root else Outcome.SPLIT
    if _contradict(first.nodes, second.nodes):
        return Outcome.SPLIT
    root = _root_within(second.nodes, one.size)
    if root is not None:
        return Outcome.CONSISTENT if root == one.root else Outcome.SPLIT
    return Outcome.CONSISTENT if _proved(one, two, proofs) else Outcome.UNDECIDED


def _contradict(first: Nodes, second: Nodes) -> bool:
    return any(second.get(place, node) != node for place, node in first.items())


def _root_within(nodes: Mapping[tuple[int, int], bytes], size: int) -> bytes | None:
    """Root of the first ``size`` leaves of a larger tree, if the known subtrees suffice."""
    levels = [level for level in reversed(range(size.bit_length())) if size >> level & 1]
    hashes = [nodes.get((level, (size >> level + 1) << 1)) for level in levels]
    known = [node for node in hashes if node is not None]
    return CompactRange(size, known).root() if len(known) == len(levels) else None


def _proved(one: Checkpoint, two: Checkpoint, proofs: Sequence[Proof]) -> bool:
    if one.size == 0:
        return True
    return any(
        (proof.first, proof.second) == (one.size, two.size)
        and verify_consistency(one.size, two.size, proof.hashes, one.root, two.root)
        for proof in proofs
    )


def learn(nodes: Nodes, checkpoint: Checkpoint, leaf: bytes, index: int, path: list[bytes]) -> None:
    """Add the complete subtrees that an inclusion proof names, if it is one in ``checkpoint``."""
    if not verify_inclusion(leaf, index, checkpoint.size, path, checkpoint.root):
        return
    node = leaf
    _note(nodes, (index, 1), node)
    for (whole, part), sibling in zip(_steps(index, checkpoint.size), path, strict=True):
        _note(nodes, part, sibling)
        left = part[0] <= index
        node = node_hash(sibling, node) if left else node_hash(node, sibling)
        _note(nodes, whole, node)


def _note(nodes: Nodes, part: tuple[int, int], node: bytes) -> None:
    """Keep the hash of a part of the tree if it is complete: only then it never changes."""
    at, size = part
    level = size.bit_length() - 1
    if size == 1 << level:
        nodes[level, at >> level] = node


def _steps(index: int, size: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """From a leaf up: the part of the tree reached, and the sibling that leads there."""
    found: list[tuple[tuple[int, int], tuple[int, int]]] = []
    at = 0
    while size > 1:
        left, whole = split(size), (at, size)
        if index < at + left:
            found.append((whole, (at + left, size - left)))
            size = left
        else:
            found.append((whole, (at, left)))
            at, size = at + left, size - left
    return reversed(found)
