"""Merging what came after the arrays into new arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.trace.graph.build import build

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.trace.graph.base import Base
    from server.trace.graph.graph import Graph

DUE = 20_000
"""Recent rows at which merging pays."""


def merging(graph: Graph) -> tuple[Callable[[], Base], int]:
    """The work of merging, for any thread, and how many leaves its arrays will hold.

    When it is done: ``graph.rebased(arrays, leaves)``. The graph goes on meanwhile.
    """
    recent = graph.caught_up()
    graph.aside()
    draft, edges, units = recent.draft(), recent.dead_edges.rows(), recent.dead_units.rows()
    return lambda: build(draft, edges, units), graph.cursor
