"""Rows of many owners at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from server.trace.graph.base import I32, I64


def owners(starts: I64, rows: I64 | I32) -> I64:
    """Whose these rows are."""
    found: I64 = starts.searchsorted(rows, side="right") - 1
    return found


def spread(starts: I64, owners: I32) -> I64:
    """Places of all rows of these owners, in rows sorted by owner."""
    return counted(starts, owners)[0]


def counted(starts: I64, owners: I32) -> tuple[I64, I64]:
    """The same, and how many rows each owner has."""
    first = starts[owners]
    counts = starts[owners + 1]
    counts -= first
    ends = counts.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    first += counts
    first -= ends
    rows = first.repeat(counts)
    rows += np.arange(total)
    return rows, counts
