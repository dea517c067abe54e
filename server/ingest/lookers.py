"""Everybody who looks at what a push brought, one after another, when it is folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.ingest.brought import Brought, Looker


class Lookers:
    """Several lookers as one (:class:`server.ingest.brought.Looker`)."""

    def __init__(self, *each: Looker) -> None:
        """In the order given."""
        self._each = each

    def look(self, brought: Brought) -> None:
        """Let each of them look."""
        for one in self._each:
            one.look(brought)
