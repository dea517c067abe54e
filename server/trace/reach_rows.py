"""How far a lot went, read row by row: the plain answer, for small plants and to compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from server.trace.reach import LotId, Reach, ReachedLot, ShipmentLine
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from server.log.book import Book
    from server.store.protocol import Row
    from server.trace.not_known import NotKnown


class RowReaches:
    """Answers from the projections as they are now (:class:`server.trace.reach.Reaches`)."""

    def __init__(self, book: Book, not_known: Callable[[], tuple[NotKnown, ...]]) -> None:
        """Over the projections."""
        self._book, self._store, self._not_known = book, book.store, not_known

    def forward(
        self,
        item: str,
        lot: str,
        *,
        true_at: datetime | None = None,
        known_at: int | None = None,
    ) -> Reach:
        """Everything the lot reached, as it is known now; Refusal for any other time."""
        size = self._book.size
        if true_at is not None or known_at not in {None, size}:
            raise Refusal("bad-request", why="this answer is of now only")
        depths = self._depths(LotId(item, lot))
        lines = [self._line(row) for one in depths for row in self._lines(one)]
        return Reach(
            lots=tuple(self._reached(one, depth) for one, depth in depths.items()),
            shipment_lines=tuple(line for line, back in lines if not back),
            returned=tuple(line for line, back in lines if back),
            not_known=self._not_known(),
            true_at=None,
            known_at=size,
        )

    def _depths(self, root: LotId) -> dict[LotId, int]:
        """Nearest first."""
        depths, ring = {root: 0}, [root]
        while ring:
            fresh = {made for one in ring for made in self._went_into(one) if made not in depths}
            ring = sorted(fresh)
            depths |= dict.fromkeys(ring, max(depths.values()) + 1)
        return depths

    def _went_into(self, lot: LotId) -> Iterator[LotId]:
        for row in self._store.rows("consumption", item=lot.item, lot=lot.lot):
            job = self._store.one("jobs", id=row["job"])
            if job is not None:
                yield LotId(job["item"], job["lot"])
        for row in self._store.rows("transforms", item=lot.item, lot=lot.lot):
            yield LotId(row["into_item"], row["into_lot"])

    def _reached(self, one: LotId, depth: int) -> ReachedLot:
        made = self._store.rows("production", item=one.item, lot=one.lot)
        serials = dict.fromkeys(str(row["serial"]) for row in made)
        return ReachedLot(item=one.item, lot=one.lot, depth=depth, serials=tuple(serials))

    def _lines(self, one: LotId) -> list[Row]:
        return self._store.rows("shipment_lines", item=one.item, lot=one.lot)

    def _line(self, row: Row) -> tuple[ShipmentLine, bool]:
        line = ShipmentLine(
            line=row["line"],
            shipment=row["shipment"],
            consignee=row["consignee"],
            item=row["item"],
            lot=row["lot"],
            quantity=row["quantity"],
            unit=row["unit"],
            at=row["at"],
            serials=tuple(msgspec.json.decode(row["serials"], type=list[str])),
        )
        return line, bool(row["returned"])
