"""Console sessions: badge and secret, lockout that is kept, tokens stored only as digests."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from forms.terms import Person
from server.people.directory import badge_digest
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from server.log.book import Book
    from server.people.directory import Acting, Claim, Directory
    from server.workers import Workers
    from sync.keys import Signer

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=10)
IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=10)
SWEEP_EVERY = timedelta(minutes=1)


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in, and until when at the latest."""

    person: Person
    token_digest: str
    expires_at: datetime


class Sessions:
    """Opens, finds and closes the sessions of people."""

    def __init__(
        self,
        book: Book,
        directory: Directory,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        """Sessions in the book's store."""
        self._book, self._store, self._directory = book, book.store, directory
        self._clock, self._random = clock, random
        self._underway: Counter[str] = Counter()
        self._swept: datetime | None = None

    async def sign_in(self, badge: str, secret: str, workers: Workers) -> tuple[str, Acting]:
        """A new session's token and the person; counts failures and locks the badge."""
        acting = await self.check_aside(badge, secret, workers)
        now, token = self._clock(), base64.urlsafe_b64encode(self._random(32)).decode("ascii")
        with self._store.transaction():
            self.sweep()
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
        with self._trying(badge_digest(badge)):
            claim = self._directory.claim(badge, secret)
            return self._judged(claim, claim.signer())

    async def check_aside(self, badge: str, secret: str, workers: Workers) -> Acting:
        """:meth:`check` with the slow derivation in a worker's thread."""
        with self._trying(badge_digest(badge)):
            claim = self._directory.claim(badge, secret)
            return self._judged(claim, await workers.derive(claim.signer))

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

    @contextmanager
    def _trying(self, digest: str) -> Iterator[None]:
        """One attempt with a badge, counted while it is under way.

        Attempts side by side must not get more guesses than five in a row would.
        """
        self._refuse_locked(digest, self._clock())
        row = self._store.one("attempts", badge_digest=digest)
        if (row["failures"] if row else 0) + self._underway[digest] >= MOST_FAILURES:
            raise Refusal("too-many", seconds=2)
        self._underway[digest] += 1
        try:
            yield
        finally:
            self._underway[digest] -= 1
            if not self._underway[digest]:
                del self._underway[digest]

    def _judged(self, claim: Claim, signer: Signer | None) -> Acting:
        digest = badge_digest(claim.badge)
        try:
            acting = self._directory.settle(claim, signer)
        except Refusal:
            self._count_failure(digest, self._clock())
            raise
        with self._store.transaction():
            self._store.remove("attempts", badge_digest=digest)
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
        with self._store.transaction():
            self._store.put("sessions", row | {"seen_at": now.isoformat()})
        expires_at = datetime.fromisoformat(row["expires_at"])
        return Session(person=person, token_digest=row["token"], expires_at=expires_at)

    def close(self, token: str) -> None:
        """Forget the session of a token."""
        with self._store.transaction():
            self._store.remove("sessions", token=_digest(token))

    def _refuse_locked(self, digest: str, now: datetime) -> None:
        row = self._store.one("attempts", badge_digest=digest)
        until = row["locked_until"] if row else ""
        if until and now < datetime.fromisoformat(until):
            seconds = int((datetime.fromisoformat(until) - now).total_seconds()) + 1
            raise Refusal("locked", until=until[:16].replace("T", " "), seconds=seconds)

    def _count_failure(self, digest: str, now: datetime) -> None:
        row = self._store.one("attempts", badge_digest=digest)
        failures = (row["failures"] if row else 0) + 1
        locked = failures >= MOST_FAILURES
        with self._book.unit():
            self._store.put(
                "attempts",
                {
                    "badge_digest": digest,
                    "failures": 0 if locked else failures,
                    "locked_until": (now + LOCKED_FOR).isoformat() if locked else "",
                },
            )
            if locked:
                self._book.alarm("badge-locked", digest[:16])


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _alive(seen_at: str, expires_at: str, now: datetime) -> bool:
    seen, end = datetime.fromisoformat(seen_at), datetime.fromisoformat(expires_at)
    return now < end and now - seen < IDLE
