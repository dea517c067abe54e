"""Console sessions: badge and secret, tokens stored only as digests."""

from __future__ import annotations

import base64
import hashlib
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from forms.terms import Person
from server.log.said import tried
from server.people.directory import badge_digest
from server.people.factors import ALONE
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from server.people.directory import Acting, Claim, Directory
    from server.people.factors import Factors, How, Use
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
    how: str
    """One of :data:`server.people.factors.How`."""


class OpenSession(msgspec.Struct, frozen=True, kw_only=True):
    """An open session as its person may see it; the name opens nothing."""

    name: str
    how: str
    opened_at: str
    seen_at: str
    expires_at: str


class Proof(NamedTuple):
    """Who came with all components, and by what."""

    acting: Acting
    how: How


class SignedIn(NamedTuple):
    """A session just opened."""

    token: str
    acting: Acting
    news: tuple[Use, ...]
    """Recovery codes used since the sign-in before."""


class Sessions:
    """Opens, finds and closes the sessions of people."""

    def __init__(
        self,
        store: Store,
        lockout: Lockout,
        directory: Directory,
        factors: Factors,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        """Sessions in ``store``; wrong secrets and codes go to ``lockout``."""
        self._store, self.lockout, self._directory = store, lockout, directory
        self._factors = factors
        self._clock, self._random = clock, random
        self._swept: datetime | None = None

    async def sign_in(self, badge: str, secret: str, workers: Workers, code: str = "") -> SignedIn:
        """A new session's token and the person; counts failures and locks the badge."""
        acting, how = await self.prove(badge, secret, code, workers)
        token = self.open(acting.person.id, how)
        return SignedIn(token, acting, self._factors.news(acting.person.id, how))

    def open(self, person: str, how: How) -> str:
        """A new session of a person who proved to be the one; its token, which is kept nowhere."""
        now, token = self._clock(), base64.urlsafe_b64encode(self._random(32)).decode("ascii")
        with self._store.transaction():
            self.sweep()
            self._make_room(person)
            self._store.put(
                "sessions",
                {
                    "token": _digest(token),
                    "who": person,
                    "kind": "person",
                    "opened_at": now.isoformat(),
                    "seen_at": now.isoformat(),
                    "expires_at": (now + ABSOLUTE).isoformat(),
                    "how": how,
                },
            )
        return token

    async def prove(self, badge: str, secret: str, code: str, workers: Workers) -> Proof:
        """Everything a person has to show: for a session, or as the second person of an act.

        Who has no second factor needs no code. Nothing says which component was wrong, not the
        time either: what a code costs depends on how it looks alone.
        """
        with self.lockout.trying(badge_digest(badge)):
            claim = self._directory.claim(badge, secret)
            trial = self._factors.trial(claim.person, code)
            signer, number = await workers.derive(lambda: (claim.signer(), trial.number()))
            with self._counted(badge_digest(badge), claim.person):
                acting = self._directory.settle(claim, signer)
                return Proof(acting, self._factors.accept(trial, number))

    async def prove_code(self, person: str, code: str, workers: Workers) -> How:
        """The code alone, of who came by the identity provider; a wrong one counts as ever.

        Refusal ``sign-in-failed``, also for who may not come any more; ``locked``.
        """
        digest = self._directory.person(person).badge_digest
        with self.lockout.trying(digest):
            trial = self._factors.trial(person, code)
            number = await workers.derive(trial.number)
            with self._counted(digest, person):
                if not self._directory.person(person).active:
                    raise Refusal("sign-in-failed")
                how = self._factors.accept(trial, number)
                if how in ALONE:  # the factor was taken away meanwhile: the code proved nothing
                    raise Refusal("sign-in-failed")
                return how

    def check(self, badge: str, secret: str, *, initial: bool = False) -> Acting:
        """Badge and secret of one act at the server's machine; the same lockout as signing in.

        Refusal ``secret-initial`` for a secret that others chose, unless ``initial`` will do.
        """
        with self.lockout.trying(badge_digest(badge)):
            claim = self._directory.claim(badge, secret)
            acting = self._judged(claim, claim.signer())
        if acting.person.initial_secret and not initial:
            raise Refusal("secret-initial")
        return acting

    async def check_aside(self, badge: str, secret: str, workers: Workers) -> Acting:
        """Badge and secret of one act in an open session; derived in a worker's thread."""
        with self.lockout.trying(badge_digest(badge)):
            claim = self._directory.claim(badge, secret)
            return self._judged(claim, await workers.derive(claim.signer))

    def of(self, person: str) -> list[OpenSession]:
        """The sessions open for a person, the oldest first."""
        rows = self._store.rows("sessions", who=person, kind="person")
        alive = [one for one in rows if _alive(one["seen_at"], one["expires_at"], self._clock())]
        return [
            OpenSession(
                name=row["token"][:12],
                how=row["how"],
                opened_at=row["opened_at"],
                seen_at=row["seen_at"],
                expires_at=row["expires_at"],
            )
            for row in sorted(alive, key=lambda one: str(one["opened_at"]))
        ]

    def end(self, person: str, name: str = "", *, but: str = "") -> int:
        """End the person's session of that name, or all; how many there were.

        ``but``: the digest of a token whose session goes on.
        """
        rows = self._store.rows("sessions", who=person, kind="person")
        named = [one for one in rows if not name or one["token"][:12] == name]
        ended = [one for one in named if one["token"] != but]
        with self._store.transaction():
            for row in ended:
                self._store.remove("sessions", token=row["token"])
        return len(ended)

    def proved(self, session: Session) -> None:
        """A code was given within this session; those that were opened without one end."""
        row = self._store.one("sessions", token=session.token_digest)
        with self._store.transaction():
            self.end(session.person.id, but=session.token_digest)
            if row is not None:
                self._store.put("sessions", row | {"how": "code"})

    def unproved(self, person: str) -> None:
        """The person has no second factor any more: sessions opened with it are as without."""
        for row in self._store.rows("sessions", who=person, kind="person"):
            if row["how"] in {"code", "recovery"}:
                self._store.put("sessions", row | {"how": "secret"})

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
        with self._counted(badge_digest(claim.badge), claim.person):
            return self._directory.settle(claim, signer)

    @contextmanager
    def _counted(self, digest: str, person: str) -> Iterator[None]:
        """What was wrong within counts against the badge; without it the count begins again."""
        try:
            yield
        except Refusal as refusal:
            if refusal.code == "sign-in-failed":  # else all was right, but cannot be stated now
                self.lockout.failed(digest)
            tried(person or f"badge {digest[:12]}")
            raise
        self.lockout.succeeded(digest)

    def find(self, token: str) -> Session:
        """The session of a token; Refusal when unknown, idle too long or over."""
        row = self._store.one("sessions", token=_digest(token))  # by its key alone: remembered
        if row is None or row["kind"] != "person":
            raise Refusal("sign-in-needed")
        if not _alive(row["seen_at"], row["expires_at"], self._clock()):
            raise Refusal("sign-in-needed")
        person = self._directory.person(row["who"])
        if not person.active:
            raise Refusal("sign-in-needed")
        expires_at = datetime.fromisoformat(row["expires_at"])
        return Session(
            person=person,
            whole=person,
            token_digest=str(row["token"]),
            expires_at=expires_at,
            how=str(row["how"]),
        )

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
