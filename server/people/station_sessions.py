"""Station sessions: a challenge signed by the station's key, then a bearer token."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from server.words import Refusal
from sync.protocol import Challenge, SessionToken

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.log.book import Book
    from server.people.stations import StationRow, Stations
    from server.store.protocol import Row
    from sync.protocol import SessionRequest

CHALLENGE_FOR = timedelta(minutes=2)
TOKEN_FOR = timedelta(hours=8)
MOST_OF_ONE = 100
"""Challenges open for one station: anybody may ask for them in its name."""
SWEEP_EVERY = timedelta(minutes=1)
STATION, COPY = "station", "copy"
"""Kinds of session: a copy's records are evidence only."""


class StationSessions:
    """Opens and finds station sessions."""

    def __init__(
        self,
        book: Book,
        stations: Stations,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        """Over the register of stations."""
        self._book, self._store, self._stations = book, book.store, stations
        self._clock, self._random = clock, random
        self._swept: datetime | None = None

    def challenge(self, origin: str) -> Challenge:
        """A nonce for a known station; good once and for two minutes."""
        self._enrolled(origin)
        now = self._clock()
        nonce = base64.b64encode(self._random(24)).decode("ascii")
        with self._store.transaction():
            self._sweep(now)
            self._make_room(origin)
            end = (now + CHALLENGE_FOR).isoformat()
            self._store.put("nonces", {"nonce": nonce, "origin": origin, "expires_at": end})
        return Challenge(nonce=nonce, server_time=now.astimezone(UTC))

    def open(self, request: SessionRequest) -> SessionToken:
        """A token for the answer to a challenge; Refusal for any wrong one.

        It ends the station's session before: of two disks with one key, the other has to open one
        as well, and by its mark is told for a copy.
        """
        row = self._enrolled(request.origin)
        nonce = self._store.one("nonces", nonce=request.nonce, origin=request.origin)
        now = self._clock()
        with self._store.transaction():
            self._store.remove("nonces", nonce=request.nonce)
        if nonce is None or now >= datetime.fromisoformat(nonce["expires_at"]):
            raise Refusal("proof-wrong")
        if not request.good(self._stations.verifier(row)):
            self._book.catch_up()  # a change of key may wait to be folded
            if not request.good(self._stations.verifier(row)):
                raise Refusal("proof-wrong")
        kind = COPY if self._is_copy(request) else STATION
        token = base64.urlsafe_b64encode(self._random(32)).decode("ascii")
        end = now + TOKEN_FOR
        with self._store.transaction():
            self._store.remove("sessions", who=request.origin)
            self._store.put(
                "sessions",
                {
                    "token": hashlib.sha256(token.encode()).hexdigest(),
                    "who": request.origin,
                    "kind": kind,
                    "opened_at": now.isoformat(),
                    "seen_at": now.isoformat(),
                    "expires_at": end.isoformat(),
                    "how": "",
                },
            )
        return SessionToken(token=token, expires_at=end)

    def find(self, token: str) -> StationRow:
        """The station of a token; Refusal when unknown or over."""
        row = self._session(token)
        if self._clock() >= datetime.fromisoformat(row["expires_at"]):
            raise Refusal("sign-in-needed")
        return msgspec.structs.replace(self._enrolled(row["who"]), copied=row["kind"] == COPY)

    def origin(self, token: str) -> str:
        """The log of a token's station, whatever its standing is; Refusal when unknown.

        For a first look, before the work that :meth:`find` allows or not.
        """
        return str(self._session(token)["who"])

    def _session(self, token: str) -> Row:
        digest = hashlib.sha256(token.encode()).hexdigest()
        row = self._store.one("sessions", token=digest)
        if row is None or row["kind"] not in {STATION, COPY}:
            raise Refusal("sign-in-needed")
        return row

    def _is_copy(self, request: SessionRequest) -> bool:
        """Whether another installation went on from the mark that this one goes on from.

        A mark unknown here proves nothing: the server may be back from a backup. The same pair
        again is a repetition of a lost answer.
        """
        if not request.mark:
            return False
        copy = self._gone_on(request.origin, request.before, request.mark)
        with self._book.unit():
            if copy:
                self._book.alarm("station-copied", request.origin, branch=0, index=0)
            else:
                self._marked(request.origin, request.before, request.mark)
        return copy

    def _gone_on(self, origin: str, before: str, mark: str) -> bool:
        again = self._store.one("marks", origin=origin, mark=mark)
        if again is not None:
            return bool(again["after"])
        known = self._store.one("marks", origin=origin, mark=before)
        if known is not None:
            return bool(known["after"])
        return not before and self._store.count("marks", origin=origin) > 0

    def _marked(self, origin: str, before: str, mark: str) -> None:
        seen = {"origin": origin, "seen_at": self._clock().isoformat()}
        if before:
            self._store.put("marks", seen | {"mark": before, "after": mark})
        self._store.put("marks", seen | {"mark": mark, "after": ""})

    def _enrolled(self, origin: str) -> StationRow:
        """A revoked station may still hand over what lies below its cut-off."""
        row = self._stations.by_origin(origin)
        if row.status not in {"enrolled", "revoked"}:
            raise Refusal("station-unknown", name=origin)
        return row

    def _make_room(self, origin: str) -> None:
        """The oldest of a station's open challenges goes where there are too many."""
        mine = self._store.rows("nonces", origin=origin)
        mine.sort(key=lambda row: str(row["expires_at"]))
        for row in mine[: max(0, len(mine) - MOST_OF_ONE + 1)]:
            self._store.remove("nonces", nonce=row["nonce"])

    def _sweep(self, now: datetime) -> None:
        """Forget challenges that are late, once a minute at most."""
        if self._swept is not None and timedelta(0) <= now - self._swept < SWEEP_EVERY:
            return
        self._swept = now
        for row in self._store.rows("nonces"):
            if now >= datetime.fromisoformat(row["expires_at"]):
                self._store.remove("nonces", nonce=row["nonce"])
