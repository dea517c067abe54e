"""Who keeps something in memory in step with the projections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.log.leaves import Statement


class Follower(Protocol):
    """Told by the projector. What it was told may be undone: it reads the tables again."""

    def settled(
        self, folded: tuple[int, int], jobs: Iterable[str], stated: Iterable[tuple[int, Statement]]
    ) -> None:
        """Leaves from one to another were folded; these job orders and statements were touched."""

    def undone(self) -> None:
        """The unit failed: what was told since it began does not stand. The store is not asked."""

    def forget(self) -> None:
        """All projections were made anew."""
