"""Time beacons in station logs: our receipts kept as entries; later ones are not before.

What claims to be a beacon and is none (another station's, another place's, forged) counts for
nothing, and raises an alarm.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sync.envelope import check
from sync.interval import BEACON, Interval, beacon

if TYPE_CHECKING:
    from server.ingest.brought import Brought
    from server.log.book import Book
    from server.log.leaves import EntryLeaf, Statement
    from server.store.protocol import Store
    from sync.envelope import Envelope
    from sync.keys import Verifier

_TIME_LINE = 4
"""Of a receipt's text."""


class Beacons:
    """Looks at what a push brought (:class:`server.ingest.brought.Looker`)."""

    def __init__(self, book: Book, server: Verifier) -> None:
        """``server``: our key, under receipts."""
        self._book, self._store, self._server = book, book.store, server

    def look(self, brought: Brought) -> None:
        """Refuse beacons that are none, by a statement and an alarm."""
        origin = brought.origin
        for row in brought.of(BEACON):
            stored = self._store.one("entries", origin=origin, idx=row["idx"])
            if stored is not None and self._refused(origin, check(stored["data"])):
                self._book.state("beacon.refused", {"origin": origin, "index": row["idx"]})
                self._book.alarm("beacon-refused", f"{origin}#{row['idx']}")

    def _refused(self, origin: str, envelope: Envelope) -> bool:
        root_at = self._book.trees.of(origin).root
        return beacon(envelope, self._server, root_at) is None


def fold_beacon(store: Store, leaf: EntryLeaf, envelope: Envelope) -> None:
    """Note the time in a beacon; a statement takes it away again if it is none."""
    note = envelope.body.get("receipt") if envelope.kind == BEACON else None
    lines = note.split("\n") if isinstance(note, str) else []
    if len(lines) > _TIME_LINE:
        store.put("beacons", {"origin": leaf.origin, "idx": leaf.index, "time": lines[_TIME_LINE]})


def refused(store: Store, _index: int, said: Statement) -> None:
    """That was no beacon."""
    store.remove("beacons", origin=said.body["origin"], idx=said.body["index"])


def interval_of(store: Store, origin: str, index: int, received_at: datetime) -> Interval:
    """Between which times an entry was made: the beacon before it, and when it was here."""
    rows = store.rows("beacons", origin=origin, stop=index, newest_first=True, limit=1)
    return Interval(datetime.fromisoformat(rows[0]["time"]) if rows else None, received_at)
