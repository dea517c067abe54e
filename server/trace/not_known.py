"""What is not known yet, and may still change any answer about lots.

Stations that have not reported, records nobody could read, logs that contradict themselves: a
recall that hides them is worse than a slow one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from server.ingest.claims import claimed, kept
from server.ingest.records import OFFICE

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.store.protocol import Row, Store

SILENT_AFTER = timedelta(minutes=10)
_HEARD = ("stations", "contacts", "heads")
"""What says how stations stand."""


class NotKnown(msgspec.Struct, frozen=True, kw_only=True):
    """A reason why the answer may still grow."""

    code: str
    """station-silent | records-outstanding | records-missing | unread | quarantined | fork |
    snapshot-unchecked: the answer rests on a file whose digest is being looked at |
    lot-unheard: a frozen set names a lot that nobody ever named"""
    about: str
    since: str = ""
    count: int = 0


class Heard(NamedTuple):
    """What is known of a station."""

    origin: str
    since: str
    at: datetime
    """When it was heard last; before it was, when it asked to be enrolled."""
    missing: int
    """How many records it said it has that are not here; negative: it said nothing of late."""

    def said(self, now: datetime) -> NotKnown | None:
        """Whether it has been silent for long, or holds more than the server has."""
        if self.missing > 0:
            said = {"about": self.origin, "since": self.since}
            return NotKnown(code="records-outstanding", count=self.missing, **said)
        if now - self.at > SILENT_AFTER:
            return NotKnown(code="station-silent", about=self.origin, since=self.since)
        return None


class Outstanding:
    """Asks what is outstanding."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        """Over the projections of ``store``."""
        self._store, self._clock = store, clock

    def not_known(self) -> tuple[NotKnown, ...]:
        """What may still change any answer. Each says so: no table is read that did not change."""
        store, now = self._store, self._clock()
        found = [one.said(now) for one in store.derived(_HEARD, "not known", self._heard)]
        found += store.derived((*_HEARD, "breaks", "label_marks"), "not known", self._lost)
        unread = store.derived(("records",), "unread", lambda: store.count("records", read=0))
        if unread:
            found.append(NotKnown(code="unread", about="", count=unread))
        aside = store.derived(("quarantine",), "count", lambda: store.count("quarantine"))
        if aside:
            found.append(NotKnown(code="quarantined", about="", count=aside))
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

    def _lost(self) -> list[NotKnown]:
        """Records of ended epochs and revoked stations that are known to exist and are not here."""
        ended = {str(row["origin"]): str(row["at"]) for row in self._store.rows("breaks")}
        valid = {}
        for row in self._store.rows("stations", status="revoked"):
            ended.setdefault(str(row["origin"]), str(row["requested_at"]))
            if row["valid_to"] is not None:
                valid[str(row["origin"])] = int(row["valid_to"])
        found = []
        for origin, since in ended.items():
            said = claimed(self._store, origin)
            missing = min(said, valid.get(origin, said)) - kept(self._store, origin)
            if missing > 0:
                named = {"code": "records-missing", "about": origin, "since": since}
                found.append(NotKnown(**named, count=missing))
        return found

    def _heard(self) -> list[Heard]:
        """How each station stands, so far as no clock is asked."""
        found = []
        for station in self._stations():
            origin = str(station["origin"])
            contact = self._store.one("contacts", origin=origin)
            missing = contact["claimed"] - kept(self._store, origin) if contact else 0
            since = str(contact["seen_at"] if contact else station["requested_at"])
            found.append(Heard(origin, since, datetime.fromisoformat(since), missing))
        return found
