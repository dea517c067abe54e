"""Freezing evidence: on a deviation, a recall or a change, what is known now is kept as it is.

The set is a document kept by its digest, with a signed leaf over it: the records of the lots
touched, the heads, receipts and checkpoint they lie under, masters, packs, photos, leaves of the
server's own log about them, and what is not known yet. Logs only grow, so places and roots are
enough: whatever is recorded later lies outside of them. A newer set is a new revision.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from server.trace import heard
from server.trace.not_known import NotKnown
from server.trace.reach import LotId
from server.words import Refusal
from sync import canonical
from sync.esign import covers_root
from sync.journal_store import spans_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from server.log.book import Book
    from server.people.directory import Acting
    from server.store.protocol import Row
    from server.trace.genealogy import Genealogy

FORMAT = "lotbook-freeze/1"
DOCUMENT = "freeze"
"""Kind of the documents."""
KIND = "evidence.frozen"
"""Kind of the leaves."""
MOST = 64 * 1024 * 1024
"""Bytes of a set, at most: places of about a million records."""
Cause = Literal["deviation", "recall", "change"]


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What a set is frozen for, and of what."""

    cause: Cause
    about: str
    """The number of the deviation, recall case or change: one set, in revisions, for each."""
    lots: tuple[tuple[str, str], ...] = ()
    """Item and lot: what was consumed of them, and the job orders that made them."""
    jobs: tuple[str, ...] = ()
    """Job orders whose records belong to it, whatever they made."""
    leaves: tuple[int, ...] = ()
    """Statements of the server's log that called for it."""
    documents: tuple[str, ...] = ()
    """Digests of documents that answer for it, such as a look-back or a recall's scope."""
    why: str = ""
    """In the words of who freezes."""


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """A set that was frozen."""

    number: int
    """Index of its leaf."""
    cause: str
    about: str
    revision: int
    """From 1; a later one does not change those before it."""
    sha256: str
    """Of its document."""
    previous: str
    """Digest of the revision before; empty for the first."""
    records: int
    lots: int
    jobs: int
    checkpoint: int
    """Size of the server's log when it was frozen."""
    why: str
    person: str
    at: str


class Freezer:
    """Freezes evidence sets and hands them out as they were."""

    def __init__(self, book: Book, genealogy: Genealogy) -> None:
        """Into the book; the genealogy says which lots were heard of, and what may still come."""
        self._book, self._store, self._genealogy = book, book.store, genealogy

    def ask(self, scope: Scope, acting: Acting) -> Frozen:
        """Freeze what a person named; Refusal ``lot-unheard`` where that is a slip of the pen."""
        for item, lot in scope.lots:
            heard.demand(self._genealogy, self._store, LotId(item, lot))
        return self.freeze(scope, acting)

    def freeze(self, scope: Scope, acting: Acting) -> Frozen:
        """Keep what is known now, signed by who asks; Refusal for nothing to freeze.

        A lot nobody heard of stands in the set as such: of it there is nothing to keep.
        """
        if not (scope.lots or scope.jobs or scope.leaves):
            raise Refusal("bad-request", why="a lot, a job order or a leaf is frozen")
        with self._book.unit():
            self._book.catch_up()
            before = self.newest(scope.cause, scope.about)
            document = self._document(scope, before)
            data = canonical.dumps(document)
            if len(data) > MOST:
                raise Refusal("too-large", limit=MOST)
            body = _body(document, hashlib.sha256(data).hexdigest(), scope.why)
            if self._store.one("documents", sha256=body["sha256"]) is None:
                row = {"sha256": body["sha256"], "kind": DOCUMENT, "data": data}
                self._store.add("documents", row)
            number = self._book.state(KIND, body, (acting.sign(KIND, body),))
        return self.of(number)

    def all(self) -> tuple[Frozen, ...]:
        """Every set, oldest first."""
        return tuple(_frozen(row) for row in self._store.rows("freezes"))

    def of(self, number: int) -> Frozen:
        """One; Refusal if there is none."""
        row = self._store.one("freezes", idx=number)
        if row is None:
            raise Refusal("not-found", what="evidence set", name=number)
        return _frozen(row)

    def newest(self, cause: str, about: str) -> Frozen | None:
        """The last revision for that deviation, recall or change; None if there is none."""
        row = self._store.newest("freezes", cause=cause, about=about)
        return None if row is None else _frozen(row)

    def document(self, number: int) -> bytes:
        """The set's bytes as the leaf names them: canonical JSON. Refusal if there is none."""
        digest = self.of(number).sha256
        row = self._store.one("documents", sha256=digest, kind=DOCUMENT)
        if row is None:
            raise Refusal("not-found", what="document", name=digest[:12])
        return bytes(row["data"])

    def content(self, number: int) -> dict[str, Any]:
        """The set as it was written."""
        return canonical.loads(self.document(number), MOST)

    def _document(self, scope: Scope, before: Frozen | None) -> dict[str, Any]:
        jobs = self._jobs(scope)
        found = list(self._records(scope, jobs))
        masters = sorted({str(one["master"]) for one in jobs})
        newest = self._book.checkpoint()
        return {
            "format": FORMAT,
            "cause": scope.cause,
            "about": scope.about,
            "revision": before.revision + 1 if before else 1,
            "previous": before.sha256 if before else "",
            "at": self._book.clock().isoformat(),
            "why": scope.why,
            "lots": [{"item": item, "lot": lot} for item, lot in sorted(set(scope.lots))],
            "jobs": [{name: one[name] for name in ("id", "item", "lot", "master")} for one in jobs],
            "logs": self._logs(found),
            "checkpoint": {name: newest[name] for name in ("size", "root")} if newest else None,
            "masters": masters,
            "packs": self._packs(found),
            "documents": sorted(set(scope.documents)),
            "leaves": self._leaves(scope, jobs),
            "not_known": [msgspec.to_builtins(one) for one in self._not_known(scope)],
        }

    def _not_known(self, scope: Scope) -> Iterator[NotKnown]:
        """The lots nobody heard of, then what may still add to any answer."""
        view = self._genealogy.graph.view()
        for item, lot in sorted(set(scope.lots)):
            if not heard.is_heard(view, self._store, LotId(item, lot)):
                yield NotKnown(code="lot-unheard", about=f"{item}/{lot}")
        yield from self._genealogy.not_known()

    def _jobs(self, scope: Scope) -> list[Row]:
        found = {name: self._store.one("jobs", id=name) for name in scope.jobs}
        for item, lot in scope.lots:
            found |= {row["id"]: row for row in self._store.rows("jobs", item=item, lot=lot)}
        if missing := sorted(name for name, row in found.items() if row is None):
            raise Refusal("not-found", what="job order", name=missing[0])
        return [row for _, row in sorted(found.items()) if row is not None]

    def _records(self, scope: Scope, jobs: Iterable[Row]) -> Iterator[Row]:
        """Every record of the job orders, and every other one that took of the lots."""
        seen: set[tuple[str, int]] = set()
        for job in jobs:
            for row in self._store.rows("records", job_order=job["id"]):
                seen.add((row["origin"], row["idx"]))
                yield row
        for item, lot in scope.lots:
            for used in self._store.rows("consumption", item=item, lot=lot):
                place = (used["origin"], used["idx"])
                record = self._store.one("records", origin=place[0], idx=place[1])
                if record is not None and place not in seen:
                    seen.add(place)
                    yield record

    def _logs(self, found: Iterable[Row]) -> list[dict[str, Any]]:
        """By log: where the records are, the root over their refs, the head they lie under."""
        refs: dict[str, dict[int, str]] = {}
        for row in found:
            refs.setdefault(str(row["origin"]), {})[int(row["idx"])] = str(row["ref"])
        return [self._log(origin, dict(sorted(some.items()))) for origin, some in
                sorted(refs.items())]  # fmt: skip

    def _log(self, origin: str, refs: dict[int, str]) -> dict[str, Any]:
        head = self._store.newest("heads", origin=origin)
        receipt = self._store.newest("receipts", origin=origin)
        if head is None:
            raise Refusal("damaged", why=f"{origin} has records and no head")
        return {
            "origin": origin,
            "size": head["size"],
            "root": head["root"],
            "receipt": receipt["size"] if receipt else 0,
            "spans": [list(span) for span in spans_of(refs)],
            "count": len(refs),
            "refs_root": covers_root(tuple(refs.values())),
        }

    def _packs(self, found: Iterable[Row]) -> list[str]:
        """Digests of the newest packs of the stations whose records these are."""
        rows = [
            self._store.newest("packs", station=name)
            for name in sorted({str(row["station"]) for row in found})
        ]
        return [str(row["sha256"]) for row in rows if row is not None]

    def _leaves(self, scope: Scope, jobs: Iterable[Row]) -> list[int]:
        """Leaves about the lots and job orders: orders, holds, alarms, who read and exported."""
        abouts = {f"{item}/{lot}" for item, lot in scope.lots} | {str(job["id"]) for job in jobs}
        found = {*scope.leaves}
        for job in jobs:
            order = self._store.one("orders", id=job["id"])
            found |= {int(order["global_index"])} if order else set()
        for item, lot in scope.lots:
            holds = self._store.rows("holds", item=item, lot=lot)
            found |= {int(row["placed"]) for row in holds}
            found |= {int(row["lifted"]) for row in holds if row["lifted"] is not None}
        for about in sorted(abouts):
            for table in ("audit", "alarms"):
                found |= {int(row["idx"]) for row in self._store.rows(table, about=about)}
        return sorted(found)


def _body(document: dict[str, Any], digest: str, why: str) -> dict[str, Any]:
    checkpoint = document["checkpoint"]
    return {
        "cause": document["cause"],
        "about": document["about"],
        "revision": document["revision"],
        "sha256": digest,
        "previous": document["previous"],
        "records": sum(log["count"] for log in document["logs"]),
        "lots": len(document["lots"]),
        "jobs": len(document["jobs"]),
        "checkpoint": checkpoint["size"] if checkpoint else 0,
        "why": why,
    }


def _frozen(row: Row) -> Frozen:
    body = canonical.loads(row["data"])
    beside = {"number": row["idx"], "person": row["person"], "at": row["at"]}
    return msgspec.convert(body | beside, Frozen)
