"""Entries whose leaves are in the log and whose bytes are not: a server that was put back.

Their station sends them again by the ordinary way. They get no second leaf: they take the place
that the log has for them, and the receipts for them are those that were given before.
"""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from server.ingest.statements_breaks import RECOVERED
from server.log.leaves import EntryLeaf
from sync import canonical
from sync.check_push import Accepted, ForkFound
from sync.receipt import Receipt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.ingest.projector import Projections
    from server.log.book import Book
    from server.store.protocol import Row
    from sync.keys import Signer


class Awaited:
    """What the log still waits for."""

    def __init__(self, book: Book, signer: Signer, projections: Projections) -> None:
        """Receipts are signed by ``signer``, the server's key; ``projections`` fold what came."""
        self._projections = projections
        self._book, self._store, self._signer = book, book.store, signer

    def rows(self, origin: str, verdict: Accepted) -> list[Row]:
        """The leaves that wait for entries of this push."""
        if not self._store.count("awaited"):
            return []
        stop = verdict.start + len(verdict.new)
        return self._store.rows("awaited", origin=origin, start=verdict.start, stop=stop)

    def differs(self, rows: list[Row], verdict: Accepted) -> ForkFound | None:
        """A station that now sends other entries than those the server signed for."""
        for row, leaf in zip(rows, verdict.leaves, strict=False):
            if row["leaf"] != leaf.hex():
                return ForkFound(
                    index=row["idx"], have=verdict.start, checkpoint=verdict.checkpoint
                )
        return None

    def take(self, origin: str, rows: list[Row], verdict: Accepted) -> Accepted:
        """Keep the entries awaited; what of the push is new. Within the push's unit."""
        count = len(rows)
        tree = self._book.trees.of(origin)
        range_ = tree.range_at(tree.size())
        tree.extend(verdict.leaves[:count])
        self._store.add_rows(
            "entries",
            [
                (origin, row["idx"], row["leaf"], data, row["global_index"], row["received_at"])
                for row, data in zip(rows, verdict.new, strict=False)
            ],
        )
        for run in _runs(rows):
            for row in run:
                range_.append(bytes.fromhex(row["leaf"]))
            self._receipt(origin, run, range_.size, range_.root())
        for row in rows:
            self._store.remove("awaited", origin=origin, idx=row["idx"])
        stop = verdict.start + count
        leaves = [(int(row["global_index"]), _leaf(row)) for row in rows]
        self._book.refold(lambda: self._projections.late(leaves, origin, verdict.start, stop))
        return verdict._replace(
            start=verdict.start + count, new=verdict.new[count:], leaves=verdict.leaves[count:]
        )

    def whole_again(self) -> None:
        """When nothing is awaited any more, what came in any order is judged in the log's."""
        row = self._store.one("places", id=RECOVERED)
        if row is None or self._store.count("awaited"):
            return
        first = int(str(canonical.loads(row["data"])["from"]))
        self._book.refold(lambda: self._projections.again(first))

    def _receipt(self, origin: str, run: list[Row], size: int, root: bytes) -> None:
        start = int(run[0]["global_index"])
        receipt = Receipt(
            origin=origin,
            size=size,
            root=root,
            time=run[0]["received_at"],
            global_start=start,
            global_stop=start + len(run),
        )
        data = receipt.sign(self._signer).note.encode()
        self._store.add("receipts", {"origin": origin, "size": size, "data": data})


def _leaf(row: Row) -> EntryLeaf:
    return EntryLeaf(
        origin=row["origin"],
        index=row["idx"],
        leaf=row["leaf"],
        received_at=datetime.fromisoformat(row["received_at"]),
    )


def _runs(rows: list[Row]) -> Iterator[list[Row]]:
    """Rows received at once, whose leaves are neighbours: what one receipt was given for."""
    begins = [0]
    begins += [
        at
        for at, (before, row) in enumerate(pairwise(rows), 1)
        if row["global_index"] != before["global_index"] + 1
        or row["received_at"] != before["received_at"]
    ]
    for start, stop in pairwise([*begins, len(rows)]):
        yield rows[start:stop]
