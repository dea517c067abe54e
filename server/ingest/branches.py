"""Histories beside the log: a fork's other branch, what a copy wrote, what a revoked key signed.

Signed records are never refused and never replace others. What cannot stand in the log is kept
here byte for byte, the lots it touches are frozen, and quality decides.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from server.ingest.touched import Lots
from server.words import Refusal
from sync.canonical import ENTRY_LIMIT
from sync.checkpoint import BadNote, Checkpoint, open_note
from sync.merkle import leaf_hash
from sync.protocol import Gap, Kept

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from server.ingest.brought import Brought
    from server.log.book import Book
    from server.log.tree import Tree
    from server.store.protocol import Row
    from sync.keys import Verifier
    from sync.protocol import ForkFound

ALARMS = {"forked": "fork", "copied": "station-copied", "revoked": "revoked-key-used"}
"""Why a branch is kept, and the alarm that its first record raises."""


class Piece(NamedTuple):
    """A run of one history, with the station's signed head after it."""

    start: int
    entries: tuple[bytes, ...]
    leaves: tuple[bytes, ...]
    checkpoint: Checkpoint
    note: str

    @property
    def stop(self) -> int:
        """Index after the last entry."""
        return self.start + len(self.entries)

    def after(self, index: int) -> Piece:
        """The same from ``index`` on."""
        skip = max(0, index - self.start)
        return self._replace(
            start=self.start + skip, entries=self.entries[skip:], leaves=self.leaves[skip:]
        )


class Branches:
    """The other histories of station logs, stored beside the one that was accepted first."""

    def __init__(self, book: Book) -> None:
        """Into the book."""
        self._book, self._store, self._lots = book, book.store, Lots(book)

    def keep(
        self, origin: str, from_: int, entries: Sequence[bytes], head: str, found: ForkFound
    ) -> None:
        """Keep what a push brought that proved a fork; once per head."""
        root = found.checkpoint.root.hex()
        if self._store.one("branch_heads", origin=origin, root=root) is not None:
            return
        piece = _piece(from_, entries, found.checkpoint, head)
        if not entries:  # two heads alone are proof enough; nobody knows yet where they part
            self._begin(origin, piece, "forked", 0)
        elif found.index >= self._book.trees.of(origin).size():  # the log waits for others there
            self._begin(origin, piece.after(found.index), "forked", found.index)
        else:
            self._take(origin, piece.after(found.index), "forked")

    def take(
        self, verifier: Verifier, from_: int, entries: Sequence[bytes], head: str, cause: str
    ) -> Kept | Gap:
        """Keep entries beside the log; again is harmless. ``cause`` is a key of :data:`ALARMS`.

        Refusal ``push-unsound`` unless the signed head proves the entries. A Gap says from where
        to hand over.
        """
        origin = verifier.name
        try:
            checkpoint = open_note(head, verifier, origin)
        except BadNote as error:
            raise Refusal("push-unsound", why="bad-head") from error
        if checkpoint.size != from_ + len(entries):
            raise Refusal("push-unsound", why="wrong-size")
        if any(not 0 < len(entry) <= ENTRY_LIMIT for entry in entries):
            raise Refusal("push-unsound", why="entry-too-large")
        return self._take(origin, _piece(from_, entries, checkpoint, head), cause)

    def look(self, brought: Brought) -> None:
        """Freeze what new records of a forked log touch: nobody knows whose they are."""
        origin, start, stop = brought.origin, brought.start, brought.stop
        for fork in self._store.rows("forks", origin=origin, status="open"):
            rows = self._store.rows("entries", origin=origin, start=start, stop=stop)
            entries = [(int(row["idx"]), bytes(row["data"])) for row in rows]
            self._lots.freeze(origin, entries, _reason(origin, fork))

    def _take(self, origin: str, piece: Piece, cause: str) -> Kept | Gap:
        tree = self._book.trees.of(origin)
        piece = self._without_common(tree, piece)
        if not piece.entries:
            return self._kept(0, piece.stop, piece.stop)
        for row in self._store.rows("forks", origin=origin):
            kept = self._continue(tree, row, piece)
            if kept is not None:
                return kept
        size = tree.size()
        if piece.start > size:
            return Gap(size, tree.root(size).hex(), self._now())
        range_ = tree.range_at(piece.start)
        for leaf in piece.leaves:
            range_.append(leaf)
        if range_.root() != piece.checkpoint.root:
            raise Refusal("push-unsound", why="damaged")
        if cause == "forked" and piece.start == size:
            raise Refusal("push-unsound", why="no-fork")
        branch = self._begin(origin, piece, cause, piece.start)
        return self._kept(branch, piece.start, piece.stop)

    @staticmethod
    def _without_common(tree: Tree, piece: Piece) -> Piece:
        """Leave out what the log itself holds."""
        at, size = piece.start, tree.size()
        for leaf in piece.leaves:
            if at >= size or tree.leaf(at) != leaf:
                break
            at += 1
        return piece.after(at)

    def _continue(self, tree: Tree, row: Row, piece: Piece) -> Kept | None:
        """Go on with a branch, if the piece proves to be of it; else None."""
        start, held = row["from_size"], self._held(row)
        have = start + len(held)
        if not held or not start <= piece.start <= have:
            return None
        range_ = tree.range_at(start)
        for leaf in (*held[: piece.start - start], *piece.leaves):
            range_.append(leaf)
        overlap = held[piece.start - start : piece.stop - start]
        if overlap != list(piece.leaves[: len(overlap)]) or range_.root() != piece.checkpoint.root:
            return None
        if piece.stop > have:
            with self._book.unit():
                self._add(row["origin"], row["branch"], piece.after(have))
                self._lots.freeze(row["origin"], _numbered(piece), _reason(row["origin"], row))
        return self._kept(row["branch"], start, max(have, piece.stop))

    def _held(self, row: Row) -> list[bytes]:
        rows = self._store.rows("branches", origin=row["origin"], branch=row["branch"])
        return [bytes.fromhex(one["leaf"]) for one in rows]

    def _begin(self, origin: str, piece: Piece, cause: str, start: int) -> int:
        """A branch of its own: its first entries, the statement, the alarm, the lots."""
        branch = self._store.count("forks", origin=origin) + 2
        body = {"origin": origin, "branch": branch, "from": piece.start, "cause": cause}
        with self._book.unit():
            self._book.state("fork.found", body | {"root": piece.checkpoint.root.hex()})
            self._add(origin, branch, piece)
            self._book.alarm(ALARMS[cause], origin, branch=branch, index=piece.start)
            log = self._store.rows("entries", origin=origin, start=start)
            both = [*((row["idx"], bytes(row["data"])) for row in log), *_numbered(piece)]
            self._lots.freeze(origin, both, _reason(origin, {"from_size": piece.start}))
        return branch

    def _add(self, origin: str, branch: int, piece: Piece) -> None:
        key: Row = {"origin": origin, "branch": branch}
        self._store.add_all(
            "branches",
            [
                {**key, "idx": piece.start + at, "leaf": leaf.hex(), "data": data}
                for at, (leaf, data) in enumerate(zip(piece.leaves, piece.entries, strict=True))
            ],
        )
        head = {"size": piece.checkpoint.size, "root": piece.checkpoint.root.hex()}
        received = {"note": piece.note, "received_at": self._now().isoformat()}
        self._store.add("branch_heads", key | head | received)
        self._book.state("branch.kept", key | head)

    def _kept(self, branch: int, start: int, have: int) -> Kept:
        return Kept(branch, start, have, self._now())

    def _now(self) -> datetime:
        return self._book.clock().astimezone(UTC)


def _piece(from_: int, entries: Sequence[bytes], checkpoint: Checkpoint, head: str) -> Piece:
    leaves = tuple(leaf_hash(entry) for entry in entries)
    return Piece(from_, tuple(entries), leaves, checkpoint, head)


def _numbered(piece: Piece) -> list[tuple[int, bytes]]:
    return list(enumerate(piece.entries, piece.start))


def _reason(origin: str, fork: Row) -> str:
    return f"two histories of {origin} from record {fork['from_size']}"
