"""Peers that hold the plant in memory: networkx, igraph, numpy, and a walk in C with orjson."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plant import Ints
    from question import Question, Sparse


class InMemory:
    """Rows are Python dicts made before; a peer only has to find their numbers."""

    name = ""

    def __init__(self, asked: Question) -> None:
        """Over the rows."""
        self._asked = asked

    def forward(self, lot: int) -> bytes:
        """The shipment lines that carry the lot or anything made of it."""
        starts, rows = self._asked.line_starts, self._asked.lines
        reached = self.reached(lot, onward=True)
        return orjson.dumps([rows[at] for one in reached
                             for at in range(starts[one], starts[one + 1])])  # fmt: skip

    def backward(self, lot: int) -> bytes:
        """The lots that went into the lot."""
        rows = self._asked.lots
        return orjson.dumps([rows[one] for one in self.reached(lot, onward=False) if one != lot])

    def reached(self, lot: int, *, onward: bool) -> Iterable[int]:
        """The lot and what it leads to."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing to give back."""


class Networkx(InMemory):
    """networkx.descendants and ancestors over a DiGraph."""

    name = "networkx"

    def __init__(self, asked: Question) -> None:
        """Every edge as networkx keeps it."""
        import networkx as nx  # noqa: PLC0415 - a peer that may be missing

        super().__init__(asked)
        self._nx, self._graph = nx, nx.DiGraph()
        self._graph.add_nodes_from(range(asked.plant.lots))
        self._graph.add_edges_from(
            zip(asked.plant.parent.tolist(), asked.plant.child.tolist(), strict=True)
        )

    def reached(self, lot: int, *, onward: bool) -> Iterable[int]:
        """The lot and what it leads to."""
        found = self._nx.descendants if onward else self._nx.ancestors
        return [lot, *found(self._graph, lot)]


class Igraph(InMemory):
    """python-igraph's subcomponent."""

    name = "igraph"

    def __init__(self, asked: Question) -> None:
        """Every edge as igraph keeps it."""
        import igraph  # noqa: PLC0415 - a peer that may be missing

        super().__init__(asked)
        pairs = np.column_stack([asked.plant.parent, asked.plant.child])
        self._graph = igraph.Graph(n=asked.plant.lots, edges=pairs, directed=True)

    def reached(self, lot: int, *, onward: bool) -> Iterable[int]:
        """The lot and what it leads to."""
        found: list[int] = self._graph.subcomponent(lot, mode="out" if onward else "in")
        return found


class Numpy(InMemory):
    """Whole levels at a time over compressed sparse rows."""

    name = "numpy CSR"

    def reached(self, lot: int, *, onward: bool) -> Iterable[int]:
        """The lot and what it leads to."""
        sparse = self._asked.out if onward else self._asked.into
        seen = np.zeros(self._asked.plant.lots, dtype=bool)
        front: Ints = np.array([lot])
        seen[front] = True
        levels = []
        while len(front):
            levels.append(front)
            met = sparse.others[_spread(sparse.starts, front)]
            front = np.unique(met[~seen[met]])
            seen[front] = True
        return np.concatenate(levels).tolist()


class Walk(InMemory):
    """The limit: a loop in C over the same arrays, rows by their numbers, orjson."""

    name = "C walk + orjson"

    def __init__(self, asked: Question, folder: Path) -> None:
        """Compile it. FileNotFoundError without a compiler."""
        super().__init__(asked)
        library = _compiled(folder)
        self._walk, self._rows = library.walk, library.rows
        self._walk.restype = self._rows.restype = ctypes.c_int64
        lots = asked.plant.lots
        self._queue = np.zeros(lots, np.int32)
        self._found = np.zeros(len(asked.lines) + 1, np.int32)
        self._seen = np.zeros(lots, np.uint8)

    def forward(self, lot: int) -> bytes:
        """The shipment lines that carry the lot or anything made of it."""
        count = self._walked(self._asked.out, lot)
        starts, queue, found = (_at(one) for one in (self._asked.line_starts, self._queue,
                                                     self._found))  # fmt: skip
        made = self._rows(starts, queue, ctypes.c_int64(count), found)
        rows = self._asked.lines
        return orjson.dumps([rows[at] for at in self._found[:made].tolist()])

    def reached(self, lot: int, *, onward: bool) -> Iterable[int]:
        """The lot and what it leads to."""
        count = self._walked(self._asked.out if onward else self._asked.into, lot)
        found: list[int] = self._queue[:count].tolist()
        return found

    def _walked(self, sparse: Sparse, lot: int) -> int:
        return int(self._walk(_at(sparse.starts), _at(sparse.others), ctypes.c_int32(lot),
                              _at(self._queue), _at(self._seen)))  # fmt: skip


def _at(array: np.ndarray[Any, Any]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def _spread(starts: Ints, owners: Ints) -> Ints:
    """Places of all rows of these owners."""
    first = starts[owners]
    counts = starts[owners + 1] - first
    ends = np.cumsum(counts)
    return np.repeat(first - (ends - counts), counts) + np.arange(ends[-1] if len(ends) else 0)


def _compiled(folder: Path) -> ctypes.CDLL:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        message = "no C compiler (Debian: gcc libc6-dev)"
        raise FileNotFoundError(message)
    library = folder / "walk.so"
    source = Path(__file__).with_name("walk.c")
    subprocess.run(
        [compiler, "-O3", "-shared", "-fPIC", "-o", str(library), str(source)], check=True
    )
    return ctypes.CDLL(str(library))
