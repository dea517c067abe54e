"""Who read, exported, tried or changed what: every such act is a leaf of the global log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.log_lines import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from server.log.book import Book
    from server.store.protocol import Row

MOST_TEXT = 200
"""Characters of a text in an event."""


class Trail:
    """Writes and lists the audit trail."""

    def __init__(self, book: Book, time_quality: Callable[[], str] = lambda: "unknown") -> None:
        """Into the book; ``time_quality`` says how far this machine's clock is to be believed."""
        self._book, self.time_quality = book, time_quality

    def note(
        self,
        person: str,
        route: str,
        about: str,
        count: int,
        did: Sequence[int] = (),
        **more: str,
    ) -> int:
        """Note that ``person`` did ``route`` on ``about``, getting ``count`` records; the index.

        ``more``: ``role`` (classes), ``place`` (address or station), ``result`` (why refused).
        ``did``: the statements it made. The leaf says how good the server's clock is, too.
        """
        body = {
            "person": _kept(person),
            "route": _kept(route),
            "about": _kept(about),
            "count": count,
            "clock": self.time_quality(),
            **{name: _kept(text) for name, text in more.items() if text},
        }
        return self._book.state("audit", body | ({"did": list(did)} if did else {}))

    def newest(self, limit: int = 200) -> list[Row]:
        """The newest events first."""
        return self._book.store.rows("audit", newest_first=True, limit=limit)


def _kept(text: str) -> str:
    """What was asked for may hold anything: as much of it as any store and any page can show."""
    return shown(text[:MOST_TEXT])
