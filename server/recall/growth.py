"""Whether an open case reaches more than was frozen: worked out beside the event loop, if at all.

Records come in all day, and few of them touch a recall. So a case is looked at by what it reaches
as numbers, in milliseconds; only where that is not what it was, the whole scope is written out and
compared, in another thread.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from server.recall.scope import Grown, made

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.recall.case import RecallCase
    from server.recall.scope import Kept, Made, Scope
    from server.recall.suspects import Suspects
    from server.workers import Workers


class _Seen(NamedTuple):
    """What was compared, and what came of it."""

    digest: str
    """Of the frozen scope."""
    mark: object
    """Of what is reached."""
    grown: Grown


class Growth:
    """Compares, and remembers the last comparison of each case."""

    def __init__(self, suspects: Suspects) -> None:
        """Over what cases reach."""
        self._suspects = suspects
        self._seen: dict[str, _Seen] = {}

    def now(self, case: RecallCase, kept: Kept | None) -> Grown:
        """What is reached and not frozen; written out here only if nobody did before."""
        seen = self._known(case, kept)
        if seen is None:
            work, mark = self._work(case, kept)
            seen = self._keep(case, mark, work().grown)
        return seen.grown

    async def look(
        self, case: RecallCase, kept: Kept | None, workers: Workers, *, to_freeze: bool
    ) -> Made | None:
        """The next revision of the scope, made aside; None if that was done and nothing changed.

        ``to_freeze``: it is wanted, so it is made again where it was only counted what is new.
        """
        seen = self._known(case, kept)
        if seen is not None and not (to_freeze and any(seen.grown)):
            return None
        work, mark = self._work(case, kept)
        found = await workers.read(work)
        self._keep(case, mark, found.grown)
        return found

    def _known(self, case: RecallCase, kept: Kept | None) -> _Seen | None:
        seen = self._seen.get(case.id)
        if seen is None or seen[:2] != (_digest(case), self._mark(case, kept)):
            return None
        return seen

    def _work(self, case: RecallCase, kept: Kept | None) -> tuple[Callable[[], Made], object]:
        """The work for any thread, and the mark of what it will find."""
        scope = self._suspects.asked(self._suspects.some(case.cause, kept))
        return partial(_made, scope, kept, case), self._mark(case, kept)

    def _mark(self, case: RecallCase, kept: Kept | None) -> object:
        return self._suspects.reaches.marked(self._suspects.roots(case.cause, kept))

    def _keep(self, case: RecallCase, mark: object, grown: Grown) -> _Seen:
        seen = self._seen[case.id] = _Seen(_digest(case), mark, grown)
        return seen


def _made(scope: Callable[[], Scope], before: Kept | None, case: RecallCase) -> Made:
    return made(scope(), before, case.id, len(case.revisions) + 1, case.cause)


def _digest(case: RecallCase) -> str:
    return case.newest.scope if case.newest else ""
