"""The alarm that the server's own certificate ends soon: a month ahead, once for each."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from server.log.book import Book

AHEAD = timedelta(days=30)
CODE = "certificate-ends"


def warn(book: Book, until: datetime, now: datetime) -> None:
    """Raise the alarm if it is due and not raised yet. In recovery nothing can be signed."""
    about = f"{until:%Y-%m-%d}"
    known = book.store.one("alarms", code=CODE, about=about)
    if known is None and not book.recovery and until - now <= AHEAD:
        book.alarm(CODE, about, days=max(0, (until - now).days))
