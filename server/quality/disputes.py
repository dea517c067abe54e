"""Decisions that arrive: whether the server knows something that the one who decided did not.

A station may release under an old work pack, or ask for what only the office may do. Such a
record is kept and *disputed*: a statement in the log says what was known here when it came, it
has no effect, and an alarm asks for a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.entries import HoldLifted, ReleaseDecided, Signed
from forms.rules import because
from forms.terms import Meaning
from server.ingest.records import lift_in_force, understand
from server.ingest.statements_breaks import looked_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forms.rules import Reason
    from server.ingest.brought import Brought
    from server.ingest.jobs import Jobs
    from server.log.book import Book
    from server.quality.known import Known
    from server.store.protocol import Row

_KINDS = ("release.decided", "signed", "hold.lifted")


class Disputes:
    """Looks at what a push brought, when all of it is folded."""

    def __init__(self, book: Book, jobs: Jobs, known: Known) -> None:
        """Statements and alarms go into the book."""
        self._book, self._store = book, book.store
        self._jobs, self._known = jobs, known

    def look(self, brought: Brought) -> None:
        """State what stands against decisions among the entries of one push."""
        if self._store.count("awaited"):
            return  # a server that was put back looks when it has all records again
        found = brought.of(*_KINDS)
        if not found:
            return
        first = looked_at(self._store)
        # Some could not be read: any of them may matter.
        blind = len(brought.records) < brought.stop - brought.start
        for row in (row for row in found if row["global_index"] >= first):
            reasons = self._against(row, blind=blind)
            if reasons:
                self._dispute(row, reasons)

    def _against(self, row: Row, *, blind: bool) -> tuple[Reason, ...]:
        stored = self._store.one("entries", origin=row["origin"], idx=row["idx"])
        entry = understand(stored["data"], row["origin"], row["idx"]).entry if stored else None
        if isinstance(entry, HoldLifted):
            return () if lift_in_force(self._store, row, entry) else (because("lift-unsigned"),)
        releases = isinstance(entry, ReleaseDecided) and entry.decision == "released"
        releases = releases or (isinstance(entry, Signed) and entry.meaning is Meaning.RELEASED)
        state = self._jobs.state(row["job_order"]) if releases else None
        if state is None:
            return ()
        gap = (because("log-gap", origin=row["origin"]),) if blind else ()
        return (*self._known.against(state, row["origin"], self._decided(row, entry)), *gap)

    def _decided(self, row: Row, entry: object) -> int:
        """Index of the decision's leaf: a signature under it comes after what it covers."""
        covered = entry.covers if isinstance(entry, Signed) else ()
        rows = [one for ref in covered for one in self._store.rows("records", ref=ref)]
        return min(int(one["global_index"]) for one in (row, *rows))

    def _dispute(self, row: Row, reasons: Sequence[Reason]) -> None:
        if self._store.one("objections", origin=row["origin"], idx=row["idx"]) is not None:
            return  # stated before; a server that was put back looks again
        facts = [[reason.code, [list(pair) for pair in reason.params]] for reason in reasons]
        body = {
            "origin": row["origin"],
            "index": row["idx"],
            "leaf": row["ref"],
            "job": row["job_order"],
            "reasons": facts,
        }
        self._book.state("record.disputed", body)
        if self._store.one("orders", id=row["job_order"]) is None:
            # No job order will be folded again, which would raise the alarm.
            codes = ", ".join(reason.code for reason in reasons)
            about = f"{row['origin']}#{row['idx']}"
            self._book.alarm("record-disputed", about, job="", reasons=codes)
