"""A consistency proof to hand out: a checkpoint with the proof that it continues an older one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.words import Refusal
from sync.tlog_witness import AddCheckpoint

if TYPE_CHECKING:
    from server.log.book import Book


def consistency(book: Book, first: int, second: int) -> str:
    """The text that ``lotbook-verify compare --proof`` takes, from one signed size to another.

    Refusal ``not-found`` unless a checkpoint of size ``second`` was signed here.
    """
    row = book.store.one("checkpoints", size=second)
    if row is None:
        raise Refusal("not-found", what="checkpoint", name=second)
    proof = book.tree.consistency(first, second) if first else []
    return AddCheckpoint(first, tuple(proof), row["note"]).text()
