"""Stations: they ask with proof of their key, two people approve, and they can be revoked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from forms.rights import PAIR, Action
from server.ingest.claims import claimed, kept
from server.ingest.distrust import distrust
from server.ingest.records import OFFICE
from server.log.tree import Tree
from server.people.station_keys import key_history
from server.people.witnessed import witnessed_size
from server.words import Refusal
from sync import canonical
from sync.key_history import KeyHistory
from sync.keys import BadKey, Verifier

if TYPE_CHECKING:
    from server.log.book import Book
    from server.people.directory import Acting
    from sync.protocol import Enrolment

_KEYS = ("station_keys",)
_REGISTER = ("stations", "approvals")
MOST_WAITING = 100
"""Requests of stations that nobody planned, at a time: anybody may ask, and nothing that the log
holds is ever deleted."""
_MEANT = ("enrolled", "revoked", "requested")
"""Which of its epochs is meant by a station's name alone, when it is revoked."""
_STATION = re.compile(r"^[A-Z0-9][A-Z0-9_-]{0,31}$")


class StationRow(msgspec.Struct, frozen=True, kw_only=True):
    """A station at one epoch of its log."""

    id: str
    epoch: int
    origin: str
    public_key: str
    """Ed25519, 64 hex digits."""
    status: str
    """requested | enrolled | revoked"""
    requested_at: str
    valid_to: int | None
    """Revoked: records at this index and above are not taken."""
    work_units: str
    approved_by: tuple[str, ...] = ()
    copied: bool = False
    """This session is of a copy of the station's disk: its records are evidence only."""


class Stations:
    """The register of stations."""

    def __init__(self, book: Book, prefix: str) -> None:
        """Over the book; ``prefix`` is ``<domain>/<site>``, the start of every origin here."""
        self._book, self._store, self._prefix = book, book.store, prefix

    def all(self) -> tuple[StationRow, ...]:
        """Every station and epoch."""
        return tuple(self._row(row) for row in self._store.rows("stations"))

    def by_origin(self, origin: str) -> StationRow:
        """The station that writes the log ``origin``; Refusal if unknown."""
        row = self._store.derived(_REGISTER, origin, lambda: self._by_origin(origin))
        if row is None:
            raise Refusal("station-unknown", name=origin)
        return row

    def origin(self, station: str, epoch: int) -> str:
        """The name of a station's log; Refusal if unknown."""
        row = self._store.one("stations", id=station, epoch=epoch)
        if row is None:
            raise Refusal("not-found", what="station", name=f"{station} {epoch}")
        return str(row["origin"])

    def before(self, row: StationRow, origin: str) -> StationRow | None:
        """An earlier epoch of the same station, whose log it may read back; None if it is not."""
        found = self._store.one("stations", origin=origin, id=row.id)
        return self._row(found) if found is not None and found["epoch"] < row.epoch else None

    def history(self, row: StationRow) -> KeyHistory:
        """The station's keys by index, under its origin's name."""
        first: dict[str, Any] = {"origin": row.origin, "public_key": row.public_key}
        key = (row.origin, row.public_key)
        return self._store.derived(_KEYS, key, lambda: key_history(self._store, first))

    def verifier(self, row: StationRow) -> Verifier:
        """The station's public key in force, under its origin's name."""
        return self.history(row).newest

    def newest(self, station: str) -> StationRow:
        """The station's newest epoch; Refusal if unknown."""
        row = self._store.newest("stations", id=station)
        if row is None:
            raise Refusal("not-found", what="station", name=station)
        return self._row(row)

    def standing(self, row: StationRow) -> str:
        """Why the station may record no more under this key (see ``Head.standing``), or empty."""
        if row.copied:
            return "copied"
        if row.status == "revoked":
            return "revoked"
        if any(fork["cause"] != "revoked" for fork in self._store.rows("forks", origin=row.origin)):
            return "forked"
        later = self._store.rows("stations", id=row.id, status="enrolled")
        return "replaced" if any(one["epoch"] > row.epoch for one in later) else ""

    def request(self, asked: Enrolment) -> StationRow:
        """Note a request after checking the key and the proof of possession; idempotent."""
        station, origin = asked.station, asked.origin
        epoch = self._epoch(station, origin)
        try:
            public_key = asked.verifier().public_key.hex()
        except BadKey as error:
            raise Refusal("key-refused") from error
        have = self._store.one("stations", id=station, epoch=epoch)
        if have is not None and (have["public_key"] == public_key):
            return self._row(have)
        if have is not None:
            raise Refusal("exists", what="station", name=origin)
        self._refuse_crowd(station)
        body = {"id": station, "epoch": epoch, "origin": origin, "public_key": public_key}
        self._book.state("station.requested", body)
        return self.newest(station)

    def approve(self, station: str, acting: Acting) -> StationRow:
        """One person's approval; with the second person's of the other class it is enrolled."""
        row = self.newest(station)
        if row.status != "requested":
            raise Refusal("wrong-state", what="station", name=station, state=row.status)
        acting.must(Action.ADMIT_STATION)
        with self._book.unit():
            self._approval(row, acting)
            approvers = self._approvers(row)
            if approvers is not None:
                self._book.state("station.enrolled", self._body(row, approvers))
                self._continuity(row)
        return self.newest(station)

    def revoke(
        self,
        station: str,
        valid_to: int | None,
        reason: str,
        acting: Acting,
        epoch: int | None = None,
    ) -> StationRow:
        """End the station's right to write from index ``valid_to`` on; never by the clock.

        None: nobody knows since when the key is in wrong hands, so nothing is trusted that was not
        below the last checkpoint somebody else witnessed. Records above that are here become
        disputed. A cut-off is never moved up again: un-revoking is a new enrolment. Refusal.

        ``epoch``: of its log; without, the one that records, whoever asks for another meanwhile. A
        request is turned down so, too.
        """
        acting.must(Action.REVOKE_STATION)
        row = self._meant(station, epoch)
        if valid_to is None:
            valid_to = witnessed_size(self._store, row.origin)
        if row.valid_to is not None and valid_to > row.valid_to:
            raise Refusal("wrong-state", what="station", name=station, state=row.status)
        body = {"id": row.id, "epoch": row.epoch, "valid_to": valid_to, "reason": reason}
        tree = Tree(self._store, row.origin)
        if valid_to <= tree.size():
            body["root"] = tree.root(valid_to).hex()
        with self._book.unit():
            self._book.state("station.revoked", body, (acting.sign("station.revoked", body),))
            distrust(self._book, row.origin, valid_to)
            self._missed(row.origin, acting)
        return self._meant(station, row.epoch)

    def _meant(self, station: str, epoch: int | None) -> StationRow:
        """The epoch of that number; else the newest that is enrolled, or was, or asks to be."""
        rows = [self._row(one) for one in self._store.rows("stations", id=station)]
        found = [one for one in rows if epoch in {None, one.epoch}]
        if not found:
            raise Refusal("not-found", what="station", name=f"{station} {epoch or ''}".strip())
        return min(found, key=lambda one: (_MEANT.index(one.status), -one.epoch))

    def _missed(self, origin: str, acting: Acting) -> None:
        """An alarm says what it is known to have had and never sent: another person closes it."""
        have, known = kept(self._store, origin), claimed(self._store, origin)
        if known > have:
            by = acting.person.id
            self._book.alarm("records-missing", origin, kept=have, claimed=known, by=by)

    def _refuse_crowd(self, station: str) -> None:
        """Refusal for one more that nobody planned, when too many wait."""
        if self._store.one("places", id=f"station/{station}") is not None:
            return
        if self._store.count("stations", status="requested") >= MOST_WAITING:
            raise Refusal("stations-waiting", most=MOST_WAITING)

    def _approval(self, row: StationRow, acting: Acting) -> None:
        if acting.person.id in row.approved_by:
            raise Refusal("two-persons", classes=", ".join(PAIR))
        classes = [one for one in PAIR if one in acting.person.classes]
        body = {
            "id": row.id,
            "epoch": row.epoch,
            "origin": row.origin,
            "public_key": row.public_key,
            "class": "+".join(classes),
        }
        self._book.state("station.approved", body, (acting.sign("station.approved", body),))

    def _continuity(self, row: StationRow) -> None:
        """A new epoch breaks the chain: the log and an alarm say what is kept of the one before."""
        earlier = [one for one in self.all() if one.id == row.id and one.epoch < row.epoch]
        before = [one for one in earlier if one.status == "enrolled" or self._approvers(one)]
        if not before:  # requests that were turned down recorded nothing
            return
        origin = before[-1].origin
        have, known = kept(self._store, origin), claimed(self._store, origin)
        body = {"origin": origin, "next": row.origin, "kept": have, "claimed": known}
        self._book.state("continuity.broken", body)
        self._book.alarm("continuity-break", origin, kept=have, claimed=known)

    def _approvers(self, row: StationRow) -> list[str] | None:
        """The two who cover both classes, or None while one is missing."""
        given = self._store.rows("approvals", station=row.id, epoch=row.epoch)
        for one in given:
            for other in given:
                pair = (str(one["class"]), str(other["class"]))
                different = one["person"] != other["person"]
                if different and PAIR[0] in pair[0] and PAIR[1] in pair[1]:
                    return [str(one["person"]), str(other["person"])]
        return None

    def _body(self, row: StationRow, approvers: list[str]) -> dict[str, Any]:
        planned = self._store.one("places", id=f"station/{row.id}")
        units = canonical.loads(planned["data"])["work_units"] if planned else []
        return {
            "id": row.id,
            "epoch": row.epoch,
            "origin": row.origin,
            "public_key": row.public_key,
            "approved_by": approvers,
            "work_units": units,
        }

    def _epoch(self, station: str, origin: str) -> int:
        head, _, epoch = origin.rpartition("/")
        if not _STATION.match(station) or head != f"{self._prefix}/{station}":
            raise Refusal("bad-request", why=f"origin must be {self._prefix}/STATION/EPOCH")
        if not (epoch.isascii() and epoch.isdigit() and 1 <= int(epoch) <= 10_000):  # noqa: PLR2004
            raise Refusal("bad-request", why="the epoch is a number from 1")
        newest = self._store.newest("stations", id=station)
        if newest is not None and station == OFFICE and int(epoch) != newest["epoch"]:
            raise Refusal("exists", what="station", name=origin)  # every release looks at its pack
        if newest is not None and int(epoch) < newest["epoch"]:
            raise Refusal("exists", what="epoch", name=origin)
        if newest is not None and int(epoch) > newest["epoch"] + 1:
            raise Refusal("bad-request", why=f"the next epoch is {newest['epoch'] + 1}")
        return int(epoch)

    def _by_origin(self, origin: str) -> StationRow | None:
        row = self._store.one("stations", origin=origin)
        return None if row is None else self._row(row)

    def _row(self, row: dict[str, Any]) -> StationRow:
        given = self._store.rows("approvals", station=row["id"], epoch=row["epoch"])
        people = tuple(str(one["person"]) for one in given)
        return StationRow(**row, approved_by=people)
