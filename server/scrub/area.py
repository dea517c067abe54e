"""What a scrub goes through: areas, each read in pieces from a place that can be kept."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple, Protocol

from server.fsck_cells import wrong_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from server.store.protocol import Row, Store
    from sync.verify_marks import Findings


class Place(NamedTuple):
    """Where a piece begins: in which log (or after which name), at which number."""

    log: str = ""
    number: int = 0


class Piece(NamedTuple):
    """A piece that was read."""

    rows: int
    next: Place | None
    """Where the next one begins; None where the area ends."""


class Area(Protocol):
    """One kind of what is stored."""

    @property
    def name(self) -> str:
        """Of the table; stable: it is kept with the place."""

    def look(self, place: Place, findings: Findings) -> Piece:
        """Read the piece that begins there, and name what is wrong. Raises Fault."""


def logs_of(store: Store) -> list[str]:
    """Every station's log, in order."""
    return sorted({str(row["origin"]) for row in store.rows("stations")})


def log_at(logs: Sequence[str], place: Place) -> str:
    """The log that a place lies in: the first, where it names none; empty where there is none."""
    return place.log or (logs[0] if logs else "")


def after(logs: Sequence[str], log: str) -> Place | None:
    """The beginning of the log after this one."""
    at = bisect_right(logs, log)
    return Place(logs[at]) if at < len(logs) else None


def sound(table: str, rows: Iterable[Row], findings: Findings) -> list[Row]:
    """The rows whose cells hold something of their kind; the others are named."""
    kept = []
    for row in rows:
        wrong = list(wrong_cells(table, row))
        for finding in wrong:
            findings.add(finding)
        if not wrong:
            kept.append(row)
    return kept
