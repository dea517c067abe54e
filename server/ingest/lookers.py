"""Everybody who looks at what a push brought, one after another, inside its unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.ingest.service import Looker


class Lookers:
    """Several lookers as one (:class:`server.ingest.service.Looker`)."""

    def __init__(self, *each: Looker) -> None:
        """In the order given."""
        self._each = each

    def look(self, origin: str, start: int, entries: Sequence[bytes]) -> None:
        """Let each of them look."""
        for one in self._each:
            one.look(origin, start, entries)
