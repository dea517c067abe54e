"""Quality's decision on two histories of one station: which one tells what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.rights import Action
from server.ingest.distrust import distrust
from server.words import Refusal

if TYPE_CHECKING:
    from server.log.book import Book
    from server.people.directory import Acting
    from server.store.protocol import Row

DECISIONS = ("log", "branch", "neither")
"""Which is true: the records accepted first, those kept beside them, or none of both."""


class Forks:
    """The branches kept beside logs, and what quality decides on them."""

    def __init__(self, book: Book) -> None:
        """Over the book."""
        self._book, self._store = book, book.store

    def all(self) -> list[Row]:
        """Every branch: whose, from where to where, why it is kept, what was decided."""
        return self._store.rows("forks")

    def one(self, origin: str, branch: int) -> Row:
        """A branch; Refusal if there is none."""
        row = self._store.one("forks", origin=origin, branch=branch)
        if row is None:
            raise Refusal("not-found", what="branch", name=f"{origin} {branch}")
        return row

    def entries(self, origin: str, branch: int) -> list[Row]:
        """The branch's entries as they were handed over: index, leaf hash, bytes."""
        self.one(origin, branch)
        return self._store.rows("branches", origin=origin, branch=branch)

    def decide(self, origin: str, branch: int, decision: str, reason: str, acting: Acting) -> Row:
        """Decide by signature; quality only, with a reason, once.

        Unless the log stands, its records from the parting on become disputed: kept, without
        effect. Lots stay frozen until quality lifts each hold.
        """
        acting.must(Action.DECIDE_BRANCH)
        row = self.one(origin, branch)
        if not reason.strip():
            raise Refusal("reason-needed")
        if decision not in DECISIONS:
            raise Refusal("bad-request", why=f"decision is one of {', '.join(DECISIONS)}")
        if row["status"] != "open":
            name = f"{origin} {branch}"
            raise Refusal("wrong-state", what="branch", name=name, state=row["status"])
        body = {"origin": origin, "branch": branch, "decision": decision, "reason": reason}
        with self._book.unit():
            self._book.state("fork.decided", body, (acting.sign("fork.decided", body),))
            self._close(row, reason, acting)
            if decision != "log":
                distrust(self._book, origin, row["from_size"])
        return self.one(origin, branch)

    def _close(self, row: Row, reason: str, acting: Acting) -> None:
        """The alarm asked for this decision."""
        for alarm in self._store.rows("alarms", about=row["origin"]):
            named = f'"branch":{row["branch"]},'.encode() in alarm["params"]
            if alarm["closed_by"] is None and named:
                body = {"alarm": alarm["idx"], "person": acting.person.id, "reason": reason}
                self._book.state("alarm.closed", body, (acting.sign("alarm.closed", body),))
