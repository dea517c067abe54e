"""What is not known yet, and may still change any answer about lots.

Stations that have not reported, records nobody could read, logs that contradict themselves: a
recall that hides them is worse than a slow one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import msgspec

from server.ingest.claims import claimed, kept
from server.ingest.records import OFFICE

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.store.protocol import Row, Store

T = TypeVar("T")
SILENT_AFTER = timedelta(minutes=10)


class NotKnown(msgspec.Struct, frozen=True, kw_only=True):
    """A reason why the answer may still grow."""

    code: str
    """station-silent | records-outstanding | records-missing | unread | quarantined | fork |
    snapshot-unchecked: the answer rests on a file whose digest is being looked at"""
    about: str
    since: str = ""
    count: int = 0


class Outstanding:
    """Asks what is outstanding."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        """Over the projections of ``store``."""
        self._store, self._clock = store, clock

    def not_known(self) -> tuple[NotKnown, ...]:
        """What may still change any answer. Each says so: no table is read that did not change."""
        store = self._store
        found = [self._silent(row) for row in self._stations()]
        found += [self._lost(row) for row in self._kept("breaks", lambda: store.rows("breaks"))]
        unread = self._kept("records", lambda: store.count("records", read=0))
        if unread:
            found.append(NotKnown(code="unread", about="", count=unread))
        quarantined = self._kept("quarantine", lambda: store.count("quarantine"))
        if quarantined:
            found.append(NotKnown(code="quarantined", about="", count=quarantined))
        forks = store.rows("forks", status="open")
        found += [NotKnown(code="fork", about=row["origin"], since=row["at"]) for row in forks]
        return tuple(one for one in found if one is not None)

    def anybody(self) -> bool:
        """Whether any station is enrolled: where none is, nobody being silent means nothing."""
        return bool(self._stations())

    def _stations(self) -> list[Row]:
        """The server's own journal lies beside the log and is never silent."""
        rows = self._store.rows("stations", status="enrolled")
        return [row for row in rows if row["id"] != OFFICE]

    def _lost(self, row: Row) -> NotKnown | None:
        """Records of an ended epoch that are known to have existed and are not here."""
        origin = row["origin"]
        missing = claimed(self._store, origin) - kept(self._store, origin)
        if not missing:
            return None
        return NotKnown(code="records-missing", about=origin, count=missing, since=row["at"])

    def _silent(self, station: Row) -> NotKnown | None:
        """A station that has been silent for long, or that holds more than the server has."""
        origin = str(station["origin"])
        contact = self._store.one("contacts", origin=origin)
        have = self._kept("heads", lambda: kept(self._store, origin), origin)
        if contact is not None and contact["claimed"] > have:
            missing = contact["claimed"] - have
            return NotKnown(
                code="records-outstanding", about=origin, count=missing,
                since=contact["seen_at"],
            )  # fmt: skip
        since = contact["seen_at"] if contact else station["requested_at"]
        if self._clock() - datetime.fromisoformat(since) > SILENT_AFTER:
            return NotKnown(code="station-silent", about=origin, since=since)
        return None

    def _kept(self, table: str, find: Callable[[], T], key: str = "not known") -> T:
        return self._store.derived((table,), key, find)
