"""The logs, leaf by leaf: the server's own, every station's, and that each names the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.log.edge import WIDTH
from server.log.leaves import EntryLeaf, decode, leaf_at
from server.log.tree import GLOBAL
from server.scrub.area import Piece, Place, after, log_at, logs_of, sound
from server.scrub.tiles import feet, made_of, stored, wrong_tile
from server.words import Refusal
from sync.canonical import NotCanonical
from sync.findings import Finding
from sync.merkle import leaf_hash

if TYPE_CHECKING:
    from server.log.book import Book
    from server.log.tree import Tree
    from server.store.protocol import Row
    from sync.verify_marks import Findings

PLACED = 32
"""Entries whose leaves are looked up in one piece: each is a question of its own."""


@dataclass(frozen=True)
class Leaves:
    """The server's log, a tile of 256 leaves at a time."""

    book: Book
    name: str = "leaves"

    def look(self, place: Place, findings: Findings) -> Piece:
        """Leaf hashes against the tree, columns against the leaves, entries there at all."""
        start, tree = place.number, self.book.tree
        stop = min(tree.size(), start + WIDTH)
        rows = self.book.store.rows("leaves", start=start, stop=stop)
        found = {int(row["idx"]): leaf_hash(row["data"]) for row in rows if row["data"]}
        for index in _compared(tree, GLOBAL, found, (start, stop), findings):
            code = "leaf-changed" if index in found else "leaf-unreadable"
            params = {} if index in found else {"why": "missing"}
            findings.add(Finding(code, self.name, params, self.book.origin, index))
        self._inside(sound("leaves", rows, findings), findings)
        return Piece(len(rows), None if stop == tree.size() else Place("", stop))

    def _inside(self, rows: list[Row], findings: Findings) -> None:
        newest: dict[str, int] = {}
        for row in rows:
            if f'"kind":"{row["kind"]}"'.encode() not in row["data"]:
                findings.find("column", "leaves", name="kind", key=str(row["idx"]))
            leaf = _read(row)
            if isinstance(leaf, EntryLeaf):
                newest[leaf.origin] = max(leaf.index, newest.get(leaf.origin, 0))
        for origin, index in newest.items():
            self._there(origin, index, findings)

    def _there(self, origin: str, index: int, findings: Findings) -> None:
        """The newest entry that these leaves name is there, or its station is asked for it."""
        store, key = self.book.store, {"origin": origin, "idx": index}
        if store.one("entries", **key) is None and store.one("awaited", **key) is None:
            findings.add(Finding("hole", "entries", {}, origin, index))


@dataclass(frozen=True)
class Entries:
    """Every station's log, a tile at a time."""

    book: Book
    name: str = "entries"

    def look(self, place: Place, findings: Findings) -> Piece:
        """Entries against their leaf hashes, and those against the log's tree."""
        logs = logs_of(self.book.store)
        log, start = log_at(logs, place), place.number
        if not log:
            return Piece(0, None)
        tree = self.book.trees.of(log)
        try:
            stop = min(tree.size(), start + WIDTH)
        except Refusal as damaged:  # its end cannot be read: nothing of it can be compared
            findings.find("database", f"entries {log}", why=damaged.words("en"))
            return Piece(0, after(logs, log))
        rows = self.book.store.rows("entries", start=start, stop=stop, origin=log)
        found = {int(row["idx"]): leaf_hash(row["data"]) for row in rows if row["data"]}
        for row in sound("entries", rows, findings):
            if found[row["idx"]].hex() != row["leaf"]:
                findings.add(Finding("entry-changed", self.name, {}, log, row["idx"]))
        for index in _compared(tree, log, found, (start, stop), findings):
            code = "not-in-log" if index in found else "hole"
            findings.add(Finding(code, self.name, {}, log, index))
        return Piece(len(rows), after(logs, log) if stop == tree.size() else Place(log, stop))


@dataclass(frozen=True)
class Placed:
    """Where the server's log has every entry, and since when."""

    book: Book
    name: str = "placed"

    def look(self, place: Place, findings: Findings) -> Piece:
        """The leaf that an entry's row points to names this entry, and its time."""
        store, logs = self.book.store, logs_of(self.book.store)
        log, start = log_at(logs, place), place.number
        if not log:
            return Piece(0, None)
        rows = store.rows("entries", start=start, limit=PLACED, origin=log)
        for row in sound("entries", rows, findings):
            if wrong := self._wrong(row):
                params = {"name": wrong, "key": f"{log} {row['idx']}"}
                findings.add(Finding("column", "entries", params, log, row["idx"]))
        if len(rows) < PLACED:
            return Piece(len(rows), after(logs, log))
        return Piece(len(rows), Place(log, int(rows[-1]["idx"]) + 1))

    def _wrong(self, row: Row) -> str:
        try:
            leaf = leaf_at(self.book.store, row["global_index"])
        except (NotCanonical, ValueError, KeyError):
            return ""  # the leaf itself is named where the leaves are read
        if not isinstance(leaf, EntryLeaf) or (leaf.origin, leaf.index) != (
            row["origin"],
            row["idx"],
        ):
            return "global_index"
        if leaf.leaf != row["leaf"]:
            return "leaf"
        return "" if leaf.received_at.isoformat() == row["received_at"] else "received_at"


def _read(row: Row) -> object:
    try:
        return decode(row["data"])
    except (NotCanonical, ValueError, KeyError):
        return None


def _compared(
    tree: Tree, log: str, found: dict[int, bytes], span: tuple[int, int], findings: Findings
) -> list[int]:
    """Leaves that are missing, or have another hash than the tree; a wrong tile is named.

    Where their own tile is damaged, nobody can say which of the leaves that are there is another.
    """
    start, stop = span
    wanted, index = _wanted(tree, log, start, stop), start // WIDTH
    if not wanted and start < stop:
        findings.find("tile", f"tiles {log}".strip(), place=f"0/{index}")
        return [at for at in range(start, stop) if at not in found]
    differing = [at for at, hash_ in enumerate(wanted, start) if found.get(at) != hash_]
    place = wrong_tile(tree, log, index, wanted) if len(wanted) == WIDTH and not differing else ""
    if place:
        findings.find("tile", f"tiles {log}".strip(), place=place)
    return differing


def _wanted(tree: Tree, log: str, start: int, stop: int) -> list[bytes]:
    """The leaf hashes that the tree has; none where the stored tile is damaged."""
    if stop - start < WIDTH:
        return [tree.leaf(index) for index in range(start, stop)]
    data = stored(tree.store, log, 0, start // WIDTH)
    return [] if data is None or made_of(feet(data)) != data else feet(data)
