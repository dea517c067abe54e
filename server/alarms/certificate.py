"""The alarm that the server's own certificate ends soon: a month ahead, once for each."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from server.alarms.desk import Alarms
    from server.log.book import Book

AHEAD = timedelta(days=30)
CODE = "certificate-ends"


def warn(book: Book, alarms: Alarms, until: datetime, now: datetime) -> None:
    """Raise the alarm if it is due and not raised yet. In recovery nothing can be signed."""
    about = f"{until:%Y-%m-%d}"
    known = any(row["code"] == CODE and row["about"] == about for row in alarms.all())
    if not known and not book.recovery and until - now <= AHEAD:
        book.alarm(CODE, about, days=max(0, (until - now).days))
