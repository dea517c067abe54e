"""Rotations that arrive: a station's new key holds from its rotation entry on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.envelope import check
from sync.key_history import ROTATED, BadRotation

if TYPE_CHECKING:
    from server.ingest.brought import Brought
    from server.log.book import Book
    from server.people.stations import Stations
    from sync.envelope import Envelope


class Rotations:
    """Looks at what a push brought (:class:`server.ingest.brought.Looker`)."""

    def __init__(self, book: Book, stations: Stations) -> None:
        """Statements and alarms go into the book."""
        self._book, self._store, self._stations = book, book.store, stations

    def look(self, brought: Brought) -> None:
        """State a rotation that both keys signed; an alarm for any other: it changes nothing."""
        for row in brought.of(ROTATED):
            stored = self._store.one("entries", origin=brought.origin, idx=row["idx"])
            if stored is not None:
                self._one(brought.origin, check(stored["data"]))

    def _one(self, origin: str, envelope: Envelope) -> None:
        station = self._stations.by_origin(origin)
        try:
            new = self._stations.history(station).follow(envelope).newest
        except BadRotation as error:
            self._book.alarm("rotation-refused", f"{origin}#{envelope.index}", why=str(error))
            return
        body = {"id": station.id, "epoch": station.epoch, "origin": origin}
        key = {"index": envelope.index, "public_key": new.public_key.hex()}
        self._book.state("station.rotated", body | key)
