"""Wrong secrets at the server: counted by badge, kept over restarts, with a growing wait.

The wait runs on the monotonic clock of this boot: setting the wall clock ends nothing, and after a
reboot it begins anew. Badges that nobody has are counted like any other, so that nothing tells
them apart.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from forms.lockout import MOST_EVER, MOST_WRONG, wait_s
from forms.rights import RIGHTS, Action
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.log.book import Book
    from server.people.directory import Acting
    from server.store.protocol import Row
    from sync.clock import Clock

LONGEST_S = 3_600
"""From ``MOST_EVER`` wrong secrets on, each further try waits this long: nobody who knows badges
can lock all the people who could lift a lock out for good."""
MOST_ROWS = 10_000


class Lock(msgspec.Struct, frozen=True, kw_only=True):
    """How a badge stands after wrong secrets."""

    failures: int
    """In a row, since the last right one."""
    until: str = ""
    """Minutes of the server's clock until which no try is taken; empty if one is."""


class Lockout:
    """Refuses, counts, forgets and lifts."""

    def __init__(self, book: Book, clock: Clock) -> None:
        """In the book's store."""
        self._book, self._store, self._clock = book, book.store, clock
        self._started_ns = clock.monotonic_ns()
        self._underway: Counter[str] = Counter()

    @contextmanager
    def trying(self, digest: str) -> Iterator[None]:
        """One attempt with the badge of a digest, counted while under way; Refusal ``locked``.

        Attempts side by side must not get more guesses than one after the other would.
        """
        row = self._row(digest)
        self._refuse_locked(row)
        if self._underway[digest] >= max(1, MOST_WRONG - row["failures"]):
            raise Refusal("too-many", seconds=2)
        self._underway[digest] += 1
        try:
            yield
        finally:
            self._underway[digest] -= 1
            if not self._underway[digest]:
                del self._underway[digest]

    def failed(self, digest: str) -> None:
        """The secret or the code was wrong, or the badge nobody's."""
        row = self._row(digest)
        failures = row["failures"] + 1
        last = {"boot": self._clock.boot(), "mono_ns": self._clock.monotonic_ns()}
        with self._book.unit():
            self._make_room()
            self._store.put("attempts", row | last | {"failures": failures})
            if failures in {MOST_WRONG, MOST_EVER}:
                if not self._book.recovery:  # then nothing is signed, and guessing is slow anyway
                    self._book.alarm("badge-locked", digest[:16])
                self._sign_out(digest)

    def succeeded(self, digest: str) -> None:
        """All was right: the count begins again."""
        with self._store.transaction():
            self._store.remove("attempts", badge_digest=digest)

    def lift(self, person: str, acting: Acting) -> int:
        """Let the person try again at once, signed by another; how many failures there were."""
        acting.must(Action.UNLOCK)
        if acting.person.id == person:
            raise Refusal("two-persons", classes=", ".join(RIGHTS[Action.UNLOCK]))
        row = self._store.one("people", id=person)
        if row is None:
            raise Refusal("not-found", what="person", name=person)
        failures = int(self._row(row["badge_digest"])["failures"])
        body = {"id": person, "failures": failures}
        with self._book.unit():
            self._book.state("person.unlocked", body, (acting.sign("person.unlocked", body),))
            self._store.remove("attempts", badge_digest=row["badge_digest"])
        return failures

    def _sign_out(self, digest: str) -> None:
        """Who is locked out is signed in nowhere: somebody else may sit there."""
        holder = self._store.one("people", badge_digest=digest)
        if holder is not None:
            self._store.remove("sessions", who=holder["id"], kind="person")

    def _row(self, digest: str) -> Row:
        empty = {"badge_digest": digest, "failures": 0, "boot": "", "mono_ns": 0}
        return self._store.one("attempts", badge_digest=digest) or empty

    def of(self, digest: str) -> Lock:
        """How the badge of that digest stands."""
        row = self._row(digest)
        seconds = self._left_s(row)
        until = self._until(seconds) if seconds else ""
        return Lock(failures=int(row["failures"]), until=until)

    def _refuse_locked(self, row: Row) -> None:
        if seconds := self._left_s(row):
            raise Refusal("locked", until=self._until(seconds), seconds=seconds)

    def _left_s(self, row: Row) -> int:
        """Seconds until the next try is taken; 0 if it is."""
        wait = wait_s(row["failures"])
        wait = LONGEST_S if wait is None else wait
        since = row["mono_ns"] if row["boot"] == self._clock.boot() else self._started_ns
        left = since + wait * 1_000_000_000 - self._clock.monotonic_ns()
        return max(0, -(-left // 1_000_000_000)) if wait else 0

    def _until(self, seconds: int) -> str:
        return f"{self._clock.wall() + timedelta(seconds=seconds):%Y-%m-%d %H:%M}"

    def _make_room(self) -> None:
        """Guesses at badges that nobody has must not fill the disk."""
        if self._store.count("attempts") < MOST_ROWS:
            return
        for row in self._store.rows("attempts"):
            if self._store.one("people", badge_digest=row["badge_digest"]) is None:
                self._store.remove("attempts", badge_digest=row["badge_digest"])
