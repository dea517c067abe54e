"""Which lots a run of records touches, and freezing them until quality has looked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forms.entries import Consumed, LotIdentified, Produced
from server.ingest.records import understand
from sync.envelope import BadEnvelope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.log.book import Book

Lot = tuple[str, str]
"""Item and lot number."""


class Lots:
    """The lots that records name, and the lots being made where they were written."""

    def __init__(self, book: Book) -> None:
        """Over the book."""
        self._book, self._store = book, book.store

    def freeze(self, origin: str, numbered: Iterable[tuple[int, bytes]], reason: str) -> None:
        """Hold every lot that these entries of ``origin`` touch; not twice for one reason."""
        touched: set[Lot] = set()
        for index, data in numbered:
            touched |= self._of(data, origin, index)
        said = [(one["item"], one["lot"], one["reason"]) for one in self._waiting(touched)]
        for item, lot in sorted(touched):
            if (item, lot, reason) in said:
                continue
            held = self._store.rows("holds", item=item, lot=lot, reason=reason)
            if all(row["lifted"] is not None for row in held):
                self._book.state("lot.frozen", {"item": item, "lot": lot, "reason": reason})

    def _waiting(self, touched: set[Lot]) -> list[dict[str, Any]]:
        """What the fold stated already and has not reached again."""
        return self._book.waiting("lot.frozen") if touched else []

    def _of(self, data: bytes, origin: str, index: int) -> set[Lot]:
        try:
            entry = understand(data, origin, index).entry
        except BadEnvelope:
            return set()
        found: set[Lot] = set()
        if isinstance(entry, (Consumed, Produced)):
            found.add((entry.item, entry.lot))
        if isinstance(entry, LotIdentified) and entry.lot:
            rows = self._store.rows("lots", lot=entry.lot)
            found |= {(str(row["item"]), entry.lot) for row in rows}
        job = getattr(getattr(entry, "context", None), "job_order", "")
        row = self._store.one("jobs", id=job) if job else None
        if row is not None:
            found.add((row["item"], row["lot"]))
        return found
