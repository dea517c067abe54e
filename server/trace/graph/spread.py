"""Rows of many owners at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from server.trace.graph.base import I32, I64


def spread(starts: I64, owners: I32) -> I64:
    """Places of all rows of these owners, in rows sorted by owner."""
    first = starts[owners]
    counts = starts[owners + 1] - first
    ends = counts.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(first - (ends - counts), counts) + np.arange(total)
