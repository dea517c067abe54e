"""Console sessions: badge and secret, tokens stored only as digests."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from forms.terms import Person
from server.log.said import tried
from server.people.directory import badge_digest
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.people.directory import Acting, Claim, Directory
    from server.people.lockout import Lockout
    from server.store.protocol import Store
    from server.workers import Workers
    from sync.keys import Signer

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=10)
SEEN_EVERY = timedelta(seconds=30)
"""How often it is written down that a person is not idle: each time is a wait for the disk. So a
session may end that much earlier than ``IDLE`` after what was done last, never later."""
SWEEP_EVERY = timedelta(minutes=1)
MOST_SESSIONS = 3
"""Of one person at once: the one opened first ends where another is opened."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in, and until when at the latest."""

    person: Person
    """As what is asked for knows them: with the classes held there."""
    whole: Person
    """With everything granted to them."""
    token_digest: str
    expires_at: datetime


class OpenSession(msgspec.Struct, frozen=True, kw_only=True):
    """An open session as its person may see it; the name opens nothing."""

    name: str
    opened_at: str
    seen_at: str
    expires_at: str


class Sessions:
    """Opens, finds and closes the sessions of people."""

    def __init__(
        self,
        store: Store,
        lockout: Lockout,
        directory: Directory,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        """Sessions in ``store``; wrong secrets go to ``lockout``."""
        self._store, self.lockout, self._directory = store, lockout, directory
        self._clock, self._random = clock, random
        self._swept: datetime | None = None

    async def sign_in(self, badge: str, secret: str, workers: Workers) -> tuple[str, Acting]:
        """A new session's token and the person; counts failures and locks the badge."""
        acting = await self.check_aside(badge, secret, workers)
        now, token = self._clock(), base64.urlsafe_b64encode(self._random(32)).decode("ascii")
        with self._store.transaction():
            self.sweep()
            self._make_room(acting.person.id)
            self._store.put(
                "sessions",
                {
                    "token": _digest(token),
                    "who": acting.person.id,
                    "kind": "person",
                    "opened_at": now.isoformat(),
                    "seen_at": now.isoformat(),
                    "expires_at": (now + ABSOLUTE).isoformat(),
                },
            )
        return token, acting

    def check(self, badge: str, secret: str) -> Acting:
        """Badge and secret of one act; the same lockout as signing in."""
        with self.lockout.trying(badge):
            claim = self._directory.claim(badge, secret)
            return self._judged(claim, claim.signer())

    async def check_aside(self, badge: str, secret: str, workers: Workers) -> Acting:
        """:meth:`check` with the slow derivation in a worker's thread."""
        with self.lockout.trying(badge):
            claim = self._directory.claim(badge, secret)
            return self._judged(claim, await workers.derive(claim.signer))

    def of(self, person: str) -> list[OpenSession]:
        """The sessions open for a person, the oldest first."""
        rows = self._store.rows("sessions", who=person, kind="person")
        alive = [one for one in rows if _alive(one["seen_at"], one["expires_at"], self._clock())]
        return [
            OpenSession(
                name=row["token"][:12],
                opened_at=row["opened_at"],
                seen_at=row["seen_at"],
                expires_at=row["expires_at"],
            )
            for row in sorted(alive, key=lambda one: str(one["opened_at"]))
        ]

    def end(self, person: str, name: str = "") -> int:
        """End the person's session of that name, or all; how many there were."""
        rows = self._store.rows("sessions", who=person, kind="person")
        ended = [one for one in rows if not name or one["token"][:12] == name]
        with self._store.transaction():
            for row in ended:
                self._store.remove("sessions", token=row["token"])
        return len(ended)

    def _make_room(self, person: str) -> None:
        rows = self._store.rows("sessions", who=person, kind="person")
        rows.sort(key=lambda one: str(one["opened_at"]))
        for row in rows[: max(0, len(rows) - MOST_SESSIONS + 1)]:
            self._store.remove("sessions", token=row["token"])

    def sweep(self) -> None:
        """Forget sessions that are over, people's and stations'; once a minute at most."""
        now = self._clock()
        if self._swept is not None and timedelta(0) <= now - self._swept < SWEEP_EVERY:
            return
        self._swept = now
        with self._store.transaction():
            for row in self._store.rows("sessions"):
                idle = row["kind"] == "person" and not _alive(
                    row["seen_at"], row["expires_at"], now
                )
                if idle or now >= datetime.fromisoformat(row["expires_at"]):
                    self._store.remove("sessions", token=row["token"])

    def _judged(self, claim: Claim, signer: Signer | None) -> Acting:
        try:
            acting = self._directory.settle(claim, signer)
        except Refusal:
            self.lockout.failed(claim.badge)
            tried(claim.person or f"badge {badge_digest(claim.badge)[:12]}")
            raise
        self.lockout.succeeded(claim.badge)
        return acting

    def find(self, token: str) -> Session:
        """The session of a token; Refusal when unknown, idle too long or over."""
        row = self._store.one("sessions", token=_digest(token), kind="person")
        now = self._clock()
        if row is None or not _alive(row["seen_at"], row["expires_at"], now):
            raise Refusal("sign-in-needed")
        person = self._directory.person(row["who"])
        if not person.active:
            raise Refusal("sign-in-needed")
        expires_at = datetime.fromisoformat(row["expires_at"])
        digest = str(row["token"])
        return Session(person=person, whole=person, token_digest=digest, expires_at=expires_at)

    def seen(self, session: Session) -> None:
        """The person did something: not idle. Raises Fault where the disk refuses."""
        row, now = self._store.one("sessions", token=session.token_digest), self._clock()
        if row is None:
            return
        since = now - datetime.fromisoformat(row["seen_at"])
        if not timedelta(0) <= since < SEEN_EVERY:
            with self._store.transaction():
                self._store.put("sessions", row | {"seen_at": now.isoformat()})

    def close(self, token: str) -> None:
        """Forget the session of a token."""
        with self._store.transaction():
            self._store.remove("sessions", token=_digest(token))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _alive(seen_at: str, expires_at: str, now: datetime) -> bool:
    seen, end = datetime.fromisoformat(seen_at), datetime.fromisoformat(expires_at)
    return now < end and now - seen < IDLE
