"""Who read or exported what: every such act is a leaf of the global log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.log.book import Book
    from server.store.protocol import Row


class Trail:
    """Writes and lists the audit trail."""

    def __init__(self, book: Book) -> None:
        """Into the book."""
        self._book = book

    def note(self, person: str, route: str, about: str, count: int) -> int:
        """Note that ``person`` did ``route`` on ``about``, getting ``count`` records; the index."""
        body = {"person": person, "route": route, "about": about[:200], "count": count}
        return self._book.state("audit", body)

    def newest(self, limit: int = 200) -> list[Row]:
        """The newest events first."""
        return self._book.store.rows("audit", newest_first=True, limit=limit)
