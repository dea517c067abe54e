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
        self._shown: dict[str, int] = {}
        """The newest size each station was shown: a log that went back would be an alarm there."""
        self._before: int | None = None
        """What was signed before this start: any station may have been shown so much of it."""
        self._begin()

    def keeps(self, origin: str) -> bool:
        """Whether this station is a keeper now."""
        return origin in self._choose()

    def cosigned(self, origin: str, size: int) -> None:
        """A station cosigned; a keeper does so only with all that the checkpoint commits to."""
        if self.keeps(origin):
            self._kept[origin] = (size, self._book.clock())

    def published(self, origin: str = "") -> Row | None:
        """The newest checkpoint that may be shown to a station, or to anybody outside.

        Never an older one than the same station was shown before: one that was a keeper a moment
        ago knows more than others may.
        """
        self._begin()
        newest, most = self._book.checkpoint(), self._most()
        if newest is None or most is None or self.keeps(origin):
            shown = newest
        else:
            most = max(most, self._seen(origin))
            rows = self._store.rows("checkpoints", stop=most + 1, newest_first=True, limit=1)
            shown = rows[0] if rows else newest
        if shown is not None:
            self._shown[origin] = shown["size"]
        return shown

    def _most(self) -> int | None:
        """What a living keeper has; None if there is no such keeper."""
        now = self._book.clock()
        return max((size for size, at in self._kept.values() if now - at <= LAGS), default=None)

    def _seen(self, origin: str) -> int:
        """What the station was shown; before this start it may have been all there was then.

        What it cosigned says no more: a cosignature may have been lost on its way. Outsiders are
        shown nothing for that reason: a witness that is shown less asks for no more.
        """
        if origin not in self._shown:
            self._shown[origin] = (self._before or 0) if origin else 0
        return self._shown[origin]

    def _begin(self) -> None:
        """Know what was signed before; in recovery that is known when it ends."""
        if self._before is None and not self._book.recovery:
            newest = self._book.checkpoint()
            self._before = newest["size"] if newest else 0

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
