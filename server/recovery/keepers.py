"""Which stations keep the server's log for it, and what of the log may be shown.

Two of the stations heard of lately are keepers. A checkpoint is shown to others only once a keeper
has what it commits to: so whatever somebody holds against the server, the server can come back to.
Without a living keeper the newest is shown, as a log without keepers would do.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.log.book import Book
    from server.store.protocol import Row

KEEPERS = 2
HEARD = timedelta(minutes=1)
"""A keeper was heard of within this."""
CHOSEN_FOR = timedelta(seconds=10)
LAGS = timedelta(seconds=15)
"""A keeper that has not cosigned for longer holds nobody up."""


class Keepers:
    """The keepers of a log. All calls from one thread."""

    def __init__(self, book: Book, office: str) -> None:
        """``office``: the origin that is no station."""
        self._book, self._store, self._office = book, book.store, office
        self._chosen: tuple[str, ...] = ()
        self._chosen_at: datetime | None = None
        self._kept: dict[str, tuple[int, datetime]] = {}

    def keeps(self, origin: str) -> bool:
        """Whether this station is a keeper now."""
        return origin in self._choose()

    def cosigned(self, origin: str, size: int) -> None:
        """A station cosigned; a keeper does so only with all that the checkpoint commits to."""
        if self.keeps(origin):
            self._kept[origin] = (size, self._book.clock())

    def published(self, origin: str = "") -> Row | None:
        """The newest checkpoint that may be shown to a station, or to anybody outside."""
        newest = self._book.checkpoint()
        if newest is None or self.keeps(origin):
            return newest
        now = self._book.clock()
        kept = [size for size, at in self._kept.values() if now - at <= LAGS]
        if not kept:
            return newest
        rows = self._store.rows("checkpoints", stop=max(kept) + 1, newest_first=True, limit=1)
        return rows[0] if rows else newest

    def _choose(self) -> tuple[str, ...]:
        now = self._book.clock()
        if self._chosen_at is None or now - self._chosen_at >= CHOSEN_FOR or not self._chosen:
            heard = [
                str(row["origin"])
                for row in self._store.rows("contacts")
                if row["origin"] != self._office
                and now - datetime.fromisoformat(row["seen_at"]) <= HEARD
            ]
            self._chosen, self._chosen_at = tuple(sorted(heard)[:KEEPERS]), now
        return self._chosen
