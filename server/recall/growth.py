"""Whether an open case reaches more than was frozen: worked out beside the event loop, if at all.

Records come in all day, and few of them touch a recall. So a case is looked at by what it reaches
as numbers, in milliseconds; only where that is not what it was, the whole scope is written out and
compared, in another thread.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from server.recall.frozen import Grown, made

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.recall.case import RecallCase
    from server.recall.frozen import FrozenScope, Made
    from server.recall.scope import Scope
    from server.recall.suspects import Suspects
    from server.trace.reach import LotId
    from server.workers import Workers


class _Seen(NamedTuple):
    """What was compared, and what came of it."""

    digest: str
    """Of the frozen scope."""
    mark: object
    """Of what is reached."""
    grown: Grown


class Standing(NamedTuple):
    """A case with what was frozen for it and the lots that are suspect now."""

    case: RecallCase
    frozen: FrozenScope | None
    roots: tuple[LotId, ...]

    @property
    def digest(self) -> str:
        """Of the newest frozen scope."""
        return self.case.newest.scope if self.case.newest else ""


class Growth:
    """Compares, and remembers the last comparison of each case."""

    def __init__(self, suspects: Suspects) -> None:
        """Over what cases reach."""
        self._suspects = suspects
        self._seen: dict[str, _Seen] = {}

    def now(self, at: Standing) -> Grown:
        """What the last look found; something at least, where what is reached changed since."""
        seen = self._known(at)
        return Grown(1, 0) if seen is None else seen.grown

    async def look(self, at: Standing, workers: Workers, *, to_freeze: bool) -> Made | None:
        """The next revision of the scope, made aside; None if that was done and nothing changed.

        ``to_freeze``: it is wanted, so it is made again where it was only counted what is new.
        """
        seen = self._known(at)
        if seen is not None and not (to_freeze and any(seen.grown)):
            return None
        return await self.next(at, workers)

    async def next(self, at: Standing, workers: Workers) -> Made:
        """The next revision of the scope, made aside."""
        work, mark = partial(_made, self._suspects.asked(at.roots), at), self._mark(at)
        found = await workers.read(work)
        self._seen[at.case.id] = _Seen(at.digest, mark, found.grown)
        return found

    def froze(self, case: str, digest: str) -> None:
        """What was found last was frozen."""
        if case in self._seen:
            self._seen[case] = self._seen[case]._replace(digest=digest, grown=Grown(0, 0))

    def _known(self, at: Standing) -> _Seen | None:
        seen = self._seen.get(at.case.id)
        return None if seen is None or seen[:2] != (at.digest, self._mark(at)) else seen

    def _mark(self, at: Standing) -> object:
        return self._suspects.reaches.marked(at.roots)


def _made(scope: Callable[[], Scope], at: Standing) -> Made:
    return made(scope(), at.frozen, at.case.id, len(at.case.revisions) + 1, at.case.cause)
