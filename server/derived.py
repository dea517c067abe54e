"""Roots derived again from what a database holds, compared with what was signed about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from server.store.sqlite import SqliteStore
from server.words import Refusal
from sync.merkle import CompactRange, leaf_hash

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.store.protocol import Row, Store


class Derived(msgspec.Struct, frozen=True, kw_only=True):
    """What a database was found to hold, to the last hash."""

    size: int
    """Leaves of the server's log that its newest checkpoint is over."""
    root: str
    """Hex; derived from the leaves, and what was signed."""
    entries: int
    """Records of stations, all under their signed heads."""


def derived(path: Path) -> Derived:
    """Derive every root in the database at ``path``; Refusal ``backup-unfit`` where one differs."""
    store = SqliteStore(path)
    try:
        return roots(store)
    finally:
        store.close()


def roots(store: Store) -> Derived:
    """Every log's root, against its newest checkpoint or head. Refusal ``backup-unfit``."""
    newest = store.newest("checkpoints")
    if newest is None:
        raise Refusal("backup-unfit", why="no checkpoint was signed")
    _compare(store.scan("leaves"), newest, "the server's log")
    count = 0
    for station in store.rows("stations"):
        head = store.newest("heads", origin=station["origin"])
        if head is not None:
            _compare(store.scan("entries", origin=station["origin"]), head, station["origin"])
            count += int(head["size"])
    return Derived(size=newest["size"], root=newest["root"], entries=count)


def _compare(rows: Iterator[Row], signed: Row, log: str) -> None:
    """The root over so many leaves as were signed; there may be one more commit beyond."""
    range_ = CompactRange()
    for row in rows:
        if range_.size == signed["size"]:
            break
        range_.append(leaf_hash(row["data"]))
    if range_.size != signed["size"] or range_.root().hex() != signed["root"]:
        raise Refusal("backup-unfit", why=f"{log} does not lead to what was signed of it")
