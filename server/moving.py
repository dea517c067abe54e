"""A plant's database moves: truth copied and compared, projections folded anew, then one switch.

The order keeps two servers from going on with one log, wherever it is cut off: the copy is marked
until it is whole; the original is sealed before the mark is taken off; the folder points to the
copy last. Each step finds what was done before, so the same command goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from server.app import folds
from server.store import seals
from server.store.copying import compare_truth, copy_truth
from server.store.schema import DESK
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from server.store.protocol import Store


class Moved(NamedTuple):
    """Size and root (hex) of the log on both sides, and how many rows this time brought."""

    size: int
    root: str
    rows: int


class Move:
    """From one store to another; the store left is called ``to`` from then on."""

    def __init__(self, source: Store, target: Store, now: Callable[[], datetime]) -> None:
        """Both open, and no server on either."""
        self._source, self._target, self._now = source, target, now

    def ahead(self, told: Callable[[int], None]) -> int:
        """Copy what is there; how many rows. The source may be a snapshot of a living one."""
        seals.mark(self._target, self._source, self._now())
        return copy_truth(self._source, self._target, told)

    def finish(self, to: str, told: Callable[[int], None]) -> Moved:
        """All of it, compared; the source is sealed and the target may be served from.

        ``to``: what the source is to say. Refusal ``database-moved`` if it went elsewhere before.
        """
        before = seals.sealed(self._source)
        if before not in {"", to}:
            raise Refusal("database-moved", to=before)
        if before and not seals.begun(self._target):
            return self._was_finished()
        if before and not seals.is_for(self._source, self._target):
            raise Refusal("database-moved", to=before)
        rows = self.ahead(told)
        self._fold()
        size, root = compare_truth(self._source, self._target, told)
        if not before:
            seals.seal(self._source, to, seals.begun(self._target))
        seals.unmark(self._target)
        return Moved(size, root, rows)

    def _was_finished(self) -> Moved:
        """It was whole, and the log may have gone on there: its beginning must be ours."""
        last = self._source.newest("checkpoints")
        here = self._target.one("checkpoints", size=last["size"]) if last else None
        if last is None or here is None or here["root"] != last["root"]:
            raise Refusal("move-taken")
        return Moved(here["size"], here["root"], 0)

    def _fold(self) -> None:
        """What is short-lived as it is, what is computed from the log computed there."""
        with self._target.transaction():
            for table in DESK.keys() - {"moving"}:
                self._target.remove(table)
                self._target.add_all(table, self._source.rows(table))
            self._target.remove("cursor")
            for row in self._source.rows("cursor"):
                self._target.put("cursor", row)
            folds(self._target)[1].rebuild()
