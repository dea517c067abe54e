"""One person at two stations at once: a borrowed badge, or a session left open."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.ingest.brought import Brought
    from server.log.book import Book
    from server.store.protocol import Row

TOLERANCE = timedelta(minutes=1)
"""Stations' clocks differ; less than this is no overlap."""
_KINDS = ("session.opened", "session.closed")


class Presence:
    """Remembers each station's newest session and compares it with the others'.

    A session reaches from its opening to the station's newest record: a station that is offline
    proves nothing about now. So an alarm never rests on what merely has not arrived.
    """

    def __init__(self, book: Book) -> None:
        """Alarms go into the book."""
        self._book, self._store = book, book.store

    def look(self, brought: Brought) -> None:
        """Take what a push brought, once it is folded."""
        for row in brought.of(*_KINDS):
            if row["quality"] != "unknown":  # a clock without a battery proves nothing
                self._take(row)
        mine = self._store.one("presence", origin=brought.origin)
        if mine is not None and mine["until"] == "":
            last = [row["wall"] for row in brought.records[-1:] if row["idx"] == brought.stop - 1]
            self._compare(mine | {"until": last[0] if last else mine["since"]})

    def _take(self, row: Row) -> None:
        """A session began or ended."""
        if row["kind"] == "session.closed":
            mine = self._store.one("presence", origin=row["origin"])
            if mine is not None:
                ended = mine | {"until": row["wall"]}
                self._store.put("presence", ended)
                self._compare(ended)
            return
        fresh = {"origin": row["origin"], "person": row["person"], "since": row["wall"]}
        self._store.put("presence", fresh | {"until": "", "seen": row["wall"], "told": 0})

    def _compare(self, mine: Row) -> None:
        """Raise the alarm, once for both, when the session overlaps another station's."""
        kept = self._store.one("presence", origin=mine["origin"])
        if kept is None or kept["told"]:
            return
        self._store.put("presence", kept | {"seen": mine["until"]})
        for other in self._store.rows("presence", person=mine["person"]):
            if other["origin"] != mine["origin"] and _overlap(mine, other) > TOLERANCE:
                self._store.put("presence", kept | {"seen": mine["until"], "told": 1})
                self._store.put("presence", other | {"told": 1})
                where = f"{other['origin']}, {mine['origin']}"
                self._book.alarm("person-at-two-stations", mine["person"], where=where)
                return


def _overlap(mine: Row, other: Row) -> timedelta:
    """How long both sessions are known to have lasted at the same time; negative if never."""
    begun = max(_at(mine["since"]), _at(other["since"]))
    ended = min(_at(mine["until"]), _at(other["until"] or other["seen"]))
    return ended - begun


def _at(wall: str) -> datetime:
    return datetime.fromisoformat(wall)
