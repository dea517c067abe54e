"""Records in order and by ref: one more costs the same however many there are.

Nothing changes: who holds the old one keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Iterator

V = TypeVar("V")
WIDTH, BITS = 16, 4
"""Branches of a node, and how many bits of a hash choose one."""
MOST, DEEPEST = 16, 16
"""Entries of a leaf before it branches; below that depth a hash has no bits left."""


CHUNK = 256


class InOrder(Sequence[V]):
    """An immutable sequence. One with an entry more shares with it all but the last chunk."""

    __slots__ = ("_full", "_tail")

    def __init__(self, full: tuple[tuple[V, ...], ...] = (), tail: tuple[V, ...] = ()) -> None:
        """Empty; ``full``, chunks that are, and ``tail`` are its own business."""
        self._full, self._tail = full, tail

    def and_(self, entry: V) -> InOrder[V]:
        """The sequence with that entry behind the others."""
        tail = (*self._tail, entry)
        return InOrder(self._full, tail) if len(tail) < CHUNK else InOrder((*self._full, tail))

    @overload
    def __getitem__(self, index: int) -> V: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[V, ...]: ...

    def __getitem__(self, index: int | slice) -> V | tuple[V, ...]:
        """As of a tuple."""
        if isinstance(index, slice):
            return tuple(self)[index]
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(index)
        chunk, place = divmod(at, CHUNK)
        return (*self._full[chunk : chunk + 1], self._tail)[0][place]

    def __iter__(self) -> Iterator[V]:
        """In order."""
        return chain(*self._full, self._tail)

    def __len__(self) -> int:
        """How many entries."""
        return len(self._full) * CHUNK + len(self._tail)

    def __eq__(self, other: object) -> bool:
        """By their entries; with a tuple too."""
        return isinstance(other, (InOrder, tuple)) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


class ByRef(Mapping[str, V]):
    """An immutable mapping. One with an entry more shares with it all but a few nodes."""

    __slots__ = ("_count", "_root")

    def __init__(self, root: Any = None, count: int = 0) -> None:  # noqa: ANN401 - a node
        """Empty; ``root`` and ``count`` are its own business.

        A node is a tuple of nodes, or a leaf: a dict.
        """
        self._root, self._count = {} if root is None else root, count

    def with_(self, ref: str, value: V) -> ByRef[V]:
        """The mapping with that entry set."""
        return ByRef(_with(self._root, ref, value, 0), self._count + (ref not in self))

    def __getitem__(self, ref: str) -> V:
        """The entry of that ref; KeyError."""
        node, depth = self._root, 0
        while isinstance(node, tuple):
            node, depth = node[_branch(ref, depth)], depth + 1
        found: V = node[ref]
        return found

    def __iter__(self) -> Iterator[str]:
        """Every ref, in no order."""
        return _refs(self._root)

    def __len__(self) -> int:
        """How many entries."""
        return self._count


def _branch(ref: str, depth: int) -> int:
    return hash(ref) >> BITS * depth & WIDTH - 1


def _with(node: Any, ref: str, value: object, depth: int) -> Any:  # noqa: ANN401 - a node
    if isinstance(node, tuple):
        at = _branch(ref, depth)
        return (*node[:at], _with(node[at], ref, value, depth + 1), *node[at + 1 :])
    leaf = {**node, ref: value}
    if len(leaf) <= MOST or depth == DEEPEST:
        return leaf
    parts: tuple[dict[str, object], ...] = tuple({} for _ in range(WIDTH))
    for each, one in leaf.items():
        parts[_branch(each, depth)][each] = one
    return parts


def _refs(node: Any) -> Iterator[str]:  # noqa: ANN401 - a node
    if isinstance(node, tuple):
        for each in node:
            yield from _refs(each)
    else:
        yield from node
