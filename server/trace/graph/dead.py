"""Rows of the arrays that count no more, because their job order was judged anew.

Few rows of few lots are dead at any time, and a walk may meet millions: so it is known whose they
are, and the rows of all other lots are taken as they lie.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from server.trace.graph.base import I32, I64

    Marks = npt.NDArray[np.bool_]


class Dead:
    """Dead rows of edges, or of serials."""

    def __init__(self, count: int, *ends: str) -> None:
        """None of ``count`` yet; ``ends``: what the lots are to such a row."""
        self.lots: dict[str, set[int]] = {end: set() for end in ends}
        """Those with dead rows, by what they are to them."""
        self._marks: Marks = np.zeros(count, np.bool_)  # memory that is touched where a row dies

    def add(self, rows: I64 | I32, **lots: I64 | I32) -> None:
        """These rows are dead; of each its lots."""
        self._marks[rows] = True
        for end, some in lots.items():
            self.lots[end].update(some.tolist())

    def __contains__(self, row: int) -> bool:
        """Whether a row is dead."""
        return bool(self._marks[row])

    def rows(self) -> list[int]:
        """All of them."""
        found: list[int] = self._marks.nonzero()[0].tolist()
        return found

    def living(self, rows: I64 | I32) -> Marks:
        """Which of the rows count."""
        return ~self._marks[rows]

    def still(self) -> Dead:
        """A copy that stays as it is."""
        copy = Dead(0, *self.lots)
        copy.lots = {end: {*some} for end, some in self.lots.items()}
        copy._marks = self._marks.copy()
        return copy
