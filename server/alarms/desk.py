"""Listing alarms and closing them; an open alarm never goes away by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.rights import Action
from server.log.alarmed import all_open
from server.sayings_alarms import ALARMS
from server.words import Refusal

if TYPE_CHECKING:
    from server.log.book import Book
    from server.people.directory import Acting
    from server.store.protocol import Row


class Alarms:
    """The alarms of the book."""

    def __init__(self, book: Book) -> None:
        """Over the book."""
        self._book, self._store = book, book.store

    def all(self, *, only_open: bool = False) -> list[Row]:
        """Alarms, oldest first."""
        return all_open(self._store) if only_open else self._store.rows("alarms")

    def close(self, alarm: int, reason: str, acting: Acting) -> None:
        """Close an alarm by signature, with a reason."""
        row = self._store.one("alarms", idx=alarm)
        if row is None:
            raise Refusal("not-found", what="alarm", name=alarm)
        by_quality = ALARMS[row["code"]].by_quality
        acting.must(Action.CLOSE_ALARM_BY_QUALITY if by_quality else Action.CLOSE_ALARM)
        if row["closed_by"] is not None or not reason.strip():
            raise Refusal("bad-request", why="an open alarm is closed with a reason")
        body = {"alarm": alarm, "person": acting.person.id, "reason": reason}
        self._book.state("alarm.closed", body, (acting.sign("alarm.closed", body),))
