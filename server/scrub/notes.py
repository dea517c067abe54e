"""What is signed over the logs: checkpoints, heads, receipts, second histories, packs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server.fsck_cells import wrong_branch, wrong_cosignature, wrong_pack, wrong_receipt
from server.fsck_rows import wrong_note
from server.people.station_keys import key_history
from server.scrub.area import logs_of, sound
from server.scrub.rows import FEW, Rows
from server.words import Refusal
from sync.checkpoint import BadNote, open_note
from sync.receipt import open_receipt
from sync.succession import open_of_log

if TYPE_CHECKING:
    from server.log.book import Book
    from server.log.tree import Tree
    from server.store.protocol import Row
    from sync.keys import Verifier
    from sync.verify_marks import Findings

Logs = dict[str, dict[str, Any]]


class Notes:
    """Judges signed rows of a book by the server's key and the keys of its stations."""

    def __init__(self, book: Book, server: Verifier) -> None:
        """``server``: the key of this server."""
        self._book, self._store, self._server = book, book.store, server

    def areas(self) -> tuple[Rows, ...]:
        """Their tables, in the order in which one leads to the next."""
        store = self._store
        return (
            Rows(store, "checkpoints", lambda: {"server": {}}, self._checkpoint),
            Rows(store, "heads", self._logs, self._head),
            Rows(store, "receipts", self._logs, self._receipt),
            Rows(store, "branches", self._branches, self._branch),
            Rows(store, "packs", self._stations, self._pack, FEW),
        )

    def _logs(self) -> Logs:
        return {log: {"origin": log} for log in logs_of(self._store)}

    def _branches(self) -> Logs:
        return {
            f"{row['origin']} {row['branch']}": {"origin": row["origin"], "branch": row["branch"]}
            for row in self._store.rows("forks")
        }

    def _stations(self) -> Logs:
        return {str(row["id"]): {"station": row["id"]} for row in self._store.rows("stations")}

    def _checkpoint(self, row: Row, findings: Findings) -> None:
        size = int(row["size"])
        _column("checkpoints", str(size), wrong_note(row), findings)
        try:
            open_of_log(str(row["note"]), self._server)
        except BadNote as error:
            findings.find("checkpoint", f"checkpoints {size}", why=str(error))
        if not _leads(self._book.tree, size, str(row["root"])):
            findings.find("checkpoint", f"checkpoints {size}", why="root")
        for line in sound("cosignatures", self._store.rows("cosignatures", size=size), findings):
            _column("cosignatures", f"{size} {line['name']}", wrong_cosignature(line), findings)

    def _head(self, row: Row, findings: Findings) -> None:
        origin, size = str(row["origin"]), int(row["size"])
        _column("heads", f"{origin} {size}", wrong_note(row), findings)
        station = self._store.one("stations", origin=origin)
        if station is None:
            return  # a projection lacks it: fsck names that
        try:
            open_note(str(row["note"]), key_history(self._store, station).of_head(size), origin)
        except BadNote as error:
            findings.find("head", f"heads {origin} {size}", why=str(error))
        if not _leads(self._book.trees.of(origin), size, str(row["root"])):
            findings.find("head", f"heads {origin} {size}", why="root")

    def _receipt(self, row: Row, findings: Findings) -> None:
        key = f"{row['origin']} {row['size']}"
        _column("receipts", key, wrong_receipt(row), findings)
        try:
            open_receipt(bytes(row["data"]).decode("utf-8", "replace"), self._server)
        except BadNote as error:
            findings.find("receipt", f"receipts {key}", why=str(error))

    @staticmethod
    def _branch(row: Row, findings: Findings) -> None:
        key = f"{row['origin']} {row['branch']} {row['idx']}"
        _column("branches", key, wrong_branch(row), findings)

    def _pack(self, row: Row, findings: Findings) -> None:
        if why := wrong_pack(self._store, self._server, row):
            findings.find("pack-row", "packs", name=f"{row['station']} {row['number']}", why=why)


def _column(table: str, key: str, name: str, findings: Findings) -> None:
    if name:
        findings.find("column", table, name=name, key=key)


def _leads(tree: Tree, size: int, root: str) -> bool:
    """Whether the log has that root at that size; a tile that is missing is named elsewhere."""
    try:
        return tree.root(size).hex() == root
    except Refusal:
        return False
