"""Checking what is stored against itself: every hash, head, receipt and checkpoint again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.log.edge import Edge
from server.log.leaves import EntryLeaf, decode
from server.log.tree import GLOBAL
from sync.checkpoint import BadNote, open_note
from sync.keys import Verifier
from sync.merkle import CompactRange, leaf_hash
from sync.receipt import open_receipt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.parts import Parts
    from server.store.protocol import Row, Store

_PAGE = 1_000


def examine(parts: Parts) -> list[str]:
    """Everything wrong, in words that name the entry; empty when all agrees."""
    found = [f"the database file: {problem}" for problem in parts.store.check()]
    found += _global(parts)
    for row in parts.store.rows("stations"):
        found += _station(parts, row)
    if parts.book.recovery:
        found.append("the log is shorter than, or other than, the last checkpoint remembered")
    return found


def _global(parts: Parts) -> Iterator[str]:
    """Leaves against nodes, entries and checkpoints."""
    checkpoints = {row["size"]: row for row in parts.store.rows("checkpoints")}
    range_, index, tree = CompactRange(), 0, _Tiles(parts.store, GLOBAL)
    while rows := parts.store.rows("leaves", start=index, stop=index + _PAGE):
        for row in rows:
            if row["idx"] != index:
                yield f"leaf {index} of the log is missing"
                return
            hash_ = leaf_hash(row["data"])
            if parts.book.tree.leaf(index) != hash_:
                yield f"leaf {index} of the log was changed"
            yield from tree.add(hash_)
            yield from _reference(parts, index, row)
            range_.append(hash_)
            index += 1
            if index in checkpoints:
                yield from _checkpoint(parts, checkpoints.pop(index), range_)
    for size in checkpoints:
        yield f"checkpoint {size} is beyond the log"
    if index != parts.book.size:
        yield f"the log has {index} leaves, the tree {parts.book.size}"


class _Tiles:
    """The tiles that the leaves of a log make, against those stored."""

    def __init__(self, store: Store, log: str) -> None:
        """Begin with no leaf."""
        self._store, self._log, self._edge = store, log, Edge.empty()

    def add(self, leaf: bytes) -> Iterator[str]:
        """Add the next leaf hash; what is wrong with the tiles it fills."""
        for level, index, data in self._edge.extend([leaf]):
            row = self._store.one("tiles", log=self._log, level=level, idx=index)
            if row is None or row["data"] != data:
                yield f"tile {level}/{index} of {self._log or 'the log'} was changed"


def _reference(parts: Parts, index: int, row: Row) -> Iterator[str]:
    leaf = decode(row["data"])
    if isinstance(leaf, EntryLeaf):
        entry = parts.store.one("entries", origin=leaf.origin, idx=leaf.index)
        if entry is None:
            yield f"entry {leaf.origin}#{leaf.index} (leaf {index}) is missing"
        elif leaf_hash(entry["data"]).hex() != leaf.leaf:
            yield f"entry {leaf.origin}#{leaf.index} (leaf {index}) was changed"


def _checkpoint(parts: Parts, row: Row, range_: CompactRange) -> Iterator[str]:
    try:
        signed = open_note(row["note"], parts.verifier, parts.book.origin)
    except BadNote as error:
        yield f"checkpoint {row['size']}: {error}"
        return
    if (signed.size, signed.root) != (range_.size, range_.root()):
        yield f"checkpoint {row['size']} does not match the leaves"


def _station(parts: Parts, station: Row) -> Iterator[str]:
    """A station's entries against its heads and our receipts."""
    origin = station["origin"]
    verifier = Verifier(origin, bytes.fromhex(station["public_key"]))
    heads = {row["size"]: row for row in parts.store.rows("heads", origin=origin)}
    receipts = {row["size"]: row for row in parts.store.rows("receipts", origin=origin)}
    range_, index, tree = CompactRange(), 0, _Tiles(parts.store, origin)
    while rows := parts.store.rows("entries", origin=origin, start=index, stop=index + _PAGE):
        for row in rows:
            if row["idx"] != index:
                yield f"entry {origin}#{index} is missing"
                return
            hash_ = leaf_hash(row["data"])
            if hash_.hex() != row["leaf"]:
                yield f"entry {origin}#{index} was changed"
            yield from tree.add(hash_)
            range_.append(hash_)
            index += 1
            if index in heads:
                yield from _head(origin, heads.pop(index), range_, verifier)
            if index in receipts:
                yield from _receipt(parts, origin, receipts.pop(index), range_)
    for size in heads:
        yield f"head {origin}:{size} is beyond the entries"


def _head(origin: str, row: Row, range_: CompactRange, verifier: Verifier) -> Iterator[str]:
    try:
        signed = open_note(row["note"], verifier, origin)
    except BadNote as error:
        yield f"head {origin}:{row['size']}: {error}"
        return
    if (signed.size, signed.root) != (range_.size, range_.root()):
        yield f"head {origin}:{row['size']} does not match the entries below {range_.size}"


def _receipt(parts: Parts, origin: str, row: Row, range_: CompactRange) -> Iterator[str]:
    try:
        receipt = open_receipt(row["data"].decode(), parts.verifier)
    except (BadNote, UnicodeDecodeError) as error:
        yield f"receipt {origin}:{row['size']}: {error}"
        return
    if (receipt.size, receipt.root) != (range_.size, range_.root()):
        yield f"receipt {origin}:{row['size']} does not match the entries"
