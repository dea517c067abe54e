"""One round after another over what the logs rest on, a piece at a time, its place kept.

A disk that forgets is found out while the records are still elsewhere: at the stations, in a
backup. A round reads what the logs rest on. ``fsck`` of a stopped server reads more: projections,
stamps of time, the heads of second histories, whether every pack that was issued is there. Photos
have a look of their own (``server.serve``). It goes on where it was after a restart. What is wrong
raises ``verification-failed``, one alarm for a table of a log.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from server.log.edge import WIDTH
from server.scrub.area import Piece, Place
from server.scrub.logs import Entries, Leaves, Placed
from server.scrub.notes import Notes
from server.scrub.rows import Documents
from server.scrub.standing import Standing, newest, save
from server.words import Refusal
from sync.faults import Fault
from sync.verify_marks import Findings

if TYPE_CHECKING:
    from server.log.book import Book
    from server.scrub.area import Area
    from sync.findings import Finding
    from sync.keys import Verifier

LOG = logging.getLogger("lotbook.server")
EVERY = timedelta(days=1)
"""From the beginning of one round to that of the next."""
MOST_TOTAL = 2**53
SAVED_EVERY = 256
"""Pieces until the place is written again: so many at most are read twice after a restart."""
UNREADABLE = ("SQLITE_IOERR_READ", "SQLITE_IOERR_SHORT_READ", "SQLITE_IOERR_CORRUPTFS")
"""What the engine says of a disk that no longer gives back what it was given."""
ALARM, ENDED = "verification-failed", "store.scrubbed"


class Scrub:
    """Reads it again. All calls from the thread of the store."""

    def __init__(self, book: Book, server: Verifier) -> None:
        """Over the book; ``server``: this server's key."""
        self._book = book
        first: tuple[Area, ...] = (Leaves(book), Entries(book), Placed(book))
        self.areas: tuple[Area, ...] = (
            *first, *Notes(book, server).areas(), Documents(book.store)
        )  # fmt: skip
        self._standing: Standing | None = None
        self._unsaved = 0

    def step(self) -> bool:
        """Read the next piece; False if none is due. In recovery nothing is: it signs nothing.

        Raises Fault, Refusal of the moment: the same piece is next then.
        """
        now = self._book.clock()
        standing = None if self._book.recovery else self._due(now)
        if standing is None:
            return False
        area = next(one for one in self.areas if one.name == standing.area)
        findings = Findings()
        piece = _looked(area, standing.place, findings)
        self._tell(findings)
        standing = standing.further(piece.rows, findings.count, piece.next)
        if piece.next is None:
            standing = self._next_area(standing, now)
        self._keep(standing, soon=piece.next is None or findings.count > 0)
        return True

    def _due(self, now: datetime) -> Standing | None:
        """The round under way, or a new one when it is time; None when nothing is due."""
        if self._standing is None:
            self._standing = newest(self._book.store)
        last = self._standing
        if last is not None and not last.ended_at:
            return last if self._knows(last) else last.at(self.areas[0].name)
        if last is not None and timedelta(0) <= now - datetime.fromisoformat(last.began_at) < EVERY:
            return None
        return Standing(
            round=1 if last is None else last.round + 1,
            began_at=now.isoformat(),
            area=self.areas[0].name,
            total=self._total(),
        )

    def _knows(self, standing: Standing) -> bool:
        return any(one.name == standing.area for one in self.areas)

    def _total(self) -> int:
        """Leaves and entries that a round reads: the entries twice, and all else is little."""
        ends = (
            self._book.store.newest("entries", origin=row["origin"])
            for row in self._book.store.rows("stations")
        )
        total = self._book.size + 2 * sum(int(end["idx"]) + 1 for end in ends if end)
        return min(total, MOST_TOTAL)  # the number of a damaged row may be any

    def _next_area(self, standing: Standing, now: datetime) -> Standing:
        names = [one.name for one in self.areas]
        following = names[names.index(standing.area) + 1 :]
        if following:
            return standing.at(following[0])
        body = {
            "began_at": standing.began_at, "rows": standing.rows, "found": standing.found,
        }  # fmt: skip
        self._book.state(ENDED, body)
        return standing.ended(now.isoformat())

    def _tell(self, findings: Findings) -> None:
        told: dict[str, Finding] = {}
        for finding in findings.kept:
            LOG.error("scrub: %s", finding.words("en"))
            told.setdefault(f"{finding.member} {finding.origin}".strip(), finding)
        for about, finding in told.items():
            self._book.alarm_unless_open(ALARM, about, first=finding.words("en")[:300])

    def _keep(self, standing: Standing, *, soon: bool) -> None:
        self._standing = standing
        self._unsaved += 1
        if soon or self._unsaved >= SAVED_EVERY:
            save(self._book.store, standing)
            self._unsaved = 0

    def standing(self) -> Standing | None:
        """How far it is; None before the first round."""
        return self._standing or newest(self._book.store)


def _looked(area: Area, place: Place, findings: Findings) -> Piece:
    """The piece. What the database itself cannot read is named, and stepped over.

    Where a whole tree cannot be made, its area ends. Raises Fault where that is of the moment.
    """
    further = None if area.name == "documents" else Place(place.log, place.number + WIDTH)
    try:
        return area.look(place, findings)
    except Fault as fault:
        if fault.code != "database-corrupt" and not any(one in fault.detail for one in UNREADABLE):
            raise
        why = fault.detail or str(fault)
    except Refusal as refusal:
        if refusal.code not in {"damaged", "unfit-value"}:
            raise
        why, further = refusal.words("en"), None
    findings.find("database", area.name, why=why)
    return Piece(0, further)


__all__ = ["Place", "Scrub"]
