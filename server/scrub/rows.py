"""Signed notes, documents and packs, some rows at a time."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from server.fsck_tables import KINDS
from server.scrub.area import Piece, Place, after, log_at, sound
from server.store.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from server.store.protocol import Row, Store
    from sync.verify_marks import Findings

MOST = 32
"""Rows of one piece: a signature takes 50 µs, a root a little less."""
FEW = 2
"""Of documents and packs, which may be large."""


@dataclass(frozen=True)
class Rows:
    """The rows of a table, log by log."""

    store: Store
    name: str
    logs: Callable[[], Mapping[str, dict[str, Any]]]
    """What tells the rows of each log, by a name to sort by."""
    judge: Callable[[Row, Findings], None]
    """Names what is wrong with a row."""
    most: int = MOST

    def look(self, place: Place, findings: Findings) -> Piece:
        """So many rows of one log."""
        logs = self.logs()
        names = sorted(logs)
        log = log_at(names, place)
        if log not in logs:
            return Piece(0, after(names, log))
        rows = self.store.rows(self.name, start=place.number, limit=self.most, **logs[log])
        for row in sound(self.name, rows, findings):
            self.judge(row, findings)
        if len(rows) < self.most:
            return Piece(len(rows), after(names, log))
        return Piece(len(rows), Place(log, int(rows[-1][TABLES[self.name].keys[-1]]) + 1))


@dataclass(frozen=True)
class Documents:
    """Every document under its digest."""

    store: Store
    name: str = "documents"

    def look(self, place: Place, findings: Findings) -> Piece:
        """A few, after the digest that the place names."""
        start = f"{place.log}0" if place.log else ""  # the least text above a digest
        rows = self.store.rows("documents", start=start, limit=FEW)
        for row in sound("documents", rows, findings):
            digest, kind = str(row["sha256"]), str(row["kind"])
            if sha256(row["data"]).hexdigest() != digest or kind not in KINDS:
                findings.find("document", "documents", name=digest, kind=kind)
        end = len(rows) < FEW
        return Piece(len(rows), None if end else Place(str(rows[-1]["sha256"])))
