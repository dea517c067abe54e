"""Reviewing the audit trail is a task that is signed: up to which leaf, of what, with what found.

What was not reviewed is always shown, for the whole log and for each job order; whether a lot is
released with it is the site's parameter. Source: EU GMP Annex 11, 9; PIC/S PI 041, 6.6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from forms.rights import Action
from forms.rules import because
from server.audit.events import Events, Filter
from server.audit.kinds import CHANGES, FAILURES
from server.quality.parameters import parameters_of
from server.words import Refusal
from sync import canonical

if TYPE_CHECKING:
    from forms.rules import Reason
    from server.log.book import Book
    from server.people.directory import Acting
    from server.store.protocol import Row, Store

KIND = "trail.reviewed"
COUNTED = CHANGES | FAILURES
"""Events that wait for a review; who read what is shown and waits for nobody."""
MOST_EXCEPTIONS = 200


class Exempt(msgspec.Struct, frozen=True, kw_only=True):
    """An event that is not accepted, and why."""

    index: int
    words: str


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says to have reviewed."""

    stop: int
    """Leaves below this: what the page showed, not what came since."""
    job: str = ""
    """The job order; empty for the whole log."""
    filters: str = ""
    """With which filters it was looked at, in words."""
    findings: str = ""
    exceptions: tuple[Exempt, ...] = ()


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """A review that was signed."""

    number: int
    job: str
    start: int
    stop: int
    events: int
    findings: str
    exceptions: tuple[Exempt, ...]
    person: str
    at: str


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What was not reviewed yet."""

    count: int
    since: int
    """Leaf from which on."""
    last: Review | None


class Reviews:
    """Signs reviews, and says what waits for one."""

    def __init__(self, book: Book) -> None:
        """Over the book."""
        self._book, self._store = book, book.store
        self.events = Events(book.store)

    def sign(self, asked: Asked, acting: Acting) -> Review:
        """Quality's signature under a review; Refusal for leaves that are not there."""
        acting.must(Action.REVIEW_TRAIL)
        self._refuse(asked)
        start = self._reviewed_to(asked.job)
        body = {
            "job": asked.job,
            "start": min(start, asked.stop),
            "stop": asked.stop,
            "root": self._book.tree.root(asked.stop).hex(),
            "events": counted(self._store, asked.job, start, asked.stop),
            "filters": asked.filters,
            "findings": asked.findings,
            "exceptions": [msgspec.to_builtins(one) for one in asked.exceptions],
        }
        number = self._book.state(KIND, body, (acting.sign(KIND, body),))
        return next(one for one in self.all() if one.number == number)

    def all(self, job: str = "") -> tuple[Review, ...]:
        """Every review, oldest first; of a job order with ``job``."""
        rows = self._store.rows("reviews", job=job) if job else self._store.rows("reviews")
        return tuple(_review(row) for row in rows)

    def waiting(self, job: str = "") -> Waiting:
        """Changes and failures that nobody reviewed, of a job order or of the whole log."""
        since = self._reviewed_to(job)
        rows = self._store.rows("reviews", job=job, newest_first=True, limit=1)
        return Waiting(
            count=counted(self._store, job, since, self._book.size),
            since=since,
            last=_review(rows[0]) if rows else None,
        )

    def _reviewed_to(self, job: str) -> int:
        return reviewed_to(self._store, job)

    def _refuse(self, asked: Asked) -> None:
        if not 0 < asked.stop <= self._book.size:
            raise Refusal("bad-request", why=f"the log has no {asked.stop} leaves")
        if asked.job and self._store.one("jobs", id=asked.job) is None:
            raise Refusal("not-found", what="job order", name=asked.job)
        if len(asked.exceptions) > MOST_EXCEPTIONS:
            raise Refusal("bad-request", why=f"at most {MOST_EXCEPTIONS} exceptions")
        if any(not one.words.strip() or one.index >= asked.stop for one in asked.exceptions):
            raise Refusal("reason-needed")


def reviewed_to(store: Store, job: str) -> int:
    """Below which leaf a job order's trail was reviewed, by itself or with the whole log."""
    rows = store.rows("reviews", job="") + (store.rows("reviews", job=job) if job else [])
    return max((int(row["stop"]) for row in rows), default=0)


def counted(store: Store, job: str, start: int, stop: int) -> int:
    """How many changes and failures are among leaves ``start`` to ``stop``, reviews left out.

    An act counts by what it stated. Of the whole log the rows are counted where they lie: there
    may be millions that nobody reviewed.
    """
    if job:
        rows = [row for row in Events(store).of_job(job) if start <= row["idx"] < stop]
        return sum(row["sort"] in COUNTED and row["kind"] != KIND for row in rows)
    every = sum(store.count("trail", sort=sort, start=start, stop=stop) for sort in COUNTED)
    return every - store.count("trail", kind=KIND, start=start, stop=stop)


def unreviewed(store: Store, job: str, stop: int = 2**53) -> list[Reason]:
    """What stands against releasing a job order, where the site asks for a review first.

    ``stop``: leaves below this; a decision is not to be reviewed before it is made.
    """
    if not parameters_of(store).review_before_release:
        return []
    count = counted(store, job, reviewed_to(store, job), stop)
    return [because("trail-unreviewed", count=str(count))] if count else []


def filters_in_words(asked: Filter) -> str:
    """The filters as they stand in a review."""
    said: dict[str, Any] = msgspec.to_builtins(asked)
    return ", ".join(f"{name}={value}" for name, value in said.items() if value)


def _review(row: Row) -> Review:
    body = canonical.loads(row["data"])
    return Review(
        number=row["idx"],
        job=row["job"],
        start=row["start"],
        stop=row["stop"],
        events=int(str(body["events"])),
        findings=str(body["findings"]),
        exceptions=msgspec.convert(body["exceptions"], tuple[Exempt, ...]),
        person=row["person"],
        at=row["at"],
    )
