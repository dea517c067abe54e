"""Records in the log that are no longer to be trusted: disputed, kept, without effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.log.book import Book


def distrust(book: Book, origin: str, start: int) -> int:
    """State that records of ``origin`` from ``start`` on are not to be trusted; how many."""
    rows = book.store.rows("records", origin=origin, start=start)
    for row in rows:
        body = {
            "origin": origin,
            "index": row["idx"],
            "leaf": row["ref"],
            "job": row["job_order"],
            "reasons": [["log-distrusted", [["origin", origin]]]],
        }
        book.state("record.disputed", body)
    return len(rows)
