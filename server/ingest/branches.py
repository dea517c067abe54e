"""Forks: two histories signed by one station. Both are kept; the lots touched are frozen."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from forms.entries import Consumed, LotIdentified, Produced
from server.ingest.records import understand
from sync.envelope import BadEnvelope
from sync.merkle import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.log.book import Book
    from server.store.protocol import Row
    from sync.protocol import ForkFound


class Branches:
    """The other history of a forked log: stored beside the one that was accepted first."""

    def __init__(self, book: Book) -> None:
        """Into the book."""
        self._book, self._store = book, book.store

    def keep(
        self, origin: str, from_: int, entries: Sequence[bytes], head: str, found: ForkFound
    ) -> None:
        """Keep branch B whole, freeze what it touches, alarm; once per head."""
        root = found.checkpoint.root.hex()
        if self._store.one("branch_heads", origin=origin, root=root) is not None:
            return
        with self._book.unit():
            branch = self._store.count("branch_heads", origin=origin) + 2
            self._store_branch(origin, branch, from_, entries, head, found)
            body = {"origin": origin, "branch": branch, "from": found.index, "root": root}
            self._book.state("fork.found", body)
            self._book.alarm("fork", origin, branch=branch, index=found.index)
            start = found.index if entries else 0  # without entries nobody knows where they part
            for item, lot in sorted(self._touched(origin, start, from_, entries)):
                reason = f"fork of {origin} at record {found.index}"
                self._book.state("lot.frozen", {"item": item, "lot": lot, "reason": reason})

    def _store_branch(
        self, origin: str, branch: int, from_: int, entries: Sequence[bytes], head: str,
        found: ForkFound,
    ) -> None:  # fmt: skip
        self._store.add_all(
            "branches",
            [
                {
                    "origin": origin,
                    "branch": branch,
                    "idx": from_ + offset,
                    "leaf": leaf_hash(data).hex(),
                    "data": data,
                }
                for offset, data in enumerate(entries)
            ],
        )
        self._store.add(
            "branch_heads",
            {
                "origin": origin,
                "branch": branch,
                "size": found.checkpoint.size,
                "root": found.checkpoint.root.hex(),
                "note": head,
                "received_at": self._book.clock().astimezone(UTC).isoformat(),
            },
        )

    def _touched(
        self, origin: str, index: int, from_: int, entries: Sequence[bytes]
    ) -> set[tuple[str, str]]:
        """Lots that either branch touches from the fork on, and the lots being made there."""
        kept = self._store.rows("entries", origin=origin, start=index)
        texts = [(row["idx"], bytes(row["data"])) for row in kept]
        texts += list(enumerate(entries, from_))
        lots: set[tuple[str, str]] = set()
        for at, data in texts:
            lots |= self._lots_of(data, origin, at)
        return lots

    def _lots_of(self, data: bytes, origin: str, index: int) -> set[tuple[str, str]]:
        try:
            entry = understand(data, origin, index).entry
        except BadEnvelope:
            return set()
        found: set[tuple[str, str]] = set()
        if isinstance(entry, (Consumed, Produced)):
            found.add((entry.item, entry.lot))
        if isinstance(entry, LotIdentified):
            found |= {(str(row["item"]), entry.lot) for row in self._lot_rows(entry.lot)}
        job = getattr(getattr(entry, "context", None), "job_order", "")
        row = self._store.one("jobs", id=job) if job else None
        if row is not None:
            found.add((row["item"], row["lot"]))
        return found

    def _lot_rows(self, lot: str) -> list[Row]:
        return self._store.rows("lots", lot=lot) if lot else []
