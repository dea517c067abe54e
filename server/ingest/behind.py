"""Folding behind the pushes: in bounded slices on the event loop, so that no receipt waits long.

While pushes come in groups, a slice goes with each of them: one wait for the disk instead of two.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from server.words import Refusal
from sync.faults import Fault

if TYPE_CHECKING:
    from server.log.book import Book

LOG = logging.getLogger("lotbook.server")
SLICE = 64
"""Leaves folded without a pause: about 10 ms."""
CROWD = 32
"""Pushes since the slice before; at more than so many the server is late with its receipts."""
IN_A_CROWD = 16
"""Leaves folded then: about 2 ms."""
SHARE = 4
"""While pushes come in, one part in so many of the time is for the fold."""
SOON_S = 0.005
"""After a push: long enough for the next one of a station that sends several."""
RETRY_S = 5.0
"""After the disk refused."""


class Behind:
    """Keeps the projections of a book up with its log. Event loop's thread only."""

    def __init__(self, book: Book) -> None:
        """Of ``book``."""
        self._book = book
        self._timer: asyncio.TimerHandle | None = None
        self._pushed, self._went_beside = 0, False

    def soon(self) -> None:
        """A push was taken in: fold it after the answer has gone."""
        self._pushed += 1
        if self._timer is None:
            self._later(SOON_S)

    def beside(self) -> None:
        """Fold a slice of what came before, within the transaction of pushes that come now.

        As much as live pushes bring and a slice more, so that the fold keeps up; but only a little
        while they crowd: receipts first, and the sooner they have their room again.
        """
        if self._timer is not None and self._book.behind:
            most = IN_A_CROWD if self._pushed > CROWD else SLICE + self._pushed
            self._pushed, self._went_beside = 0, True
            self._book.catch_up(most)

    async def caught_up(self) -> None:
        """Return when all that was in the log by now is folded; pushes go on meanwhile."""
        goal = self._book.size
        while self._book.size - self._book.behind < goal and not self._book.recovery:
            self._book.catch_up(SLICE)
            await asyncio.sleep(0)

    def _later(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._slice)

    def _slice(self) -> None:
        """One slice; then at once the next, or first room for the pushes that are coming in."""
        self._timer = None
        if self._went_beside:
            self._went_beside = False
            self._later(SOON_S)
            return
        loop, pushed = asyncio.get_running_loop(), self._pushed > 0
        self._pushed = 0
        began = loop.time()
        try:
            self._book.catch_up(SLICE)
            more = self._book.behind and not self._book.recovery
        except (Fault, Refusal) as no:  # nothing is lost: the log is whole, who reads meets it
            LOG.warning("the projections wait: %s", no)
            self._later(RETRY_S)
            return
        if more:
            self._later((loop.time() - began) * (SHARE - 1) if pushed else 0)
