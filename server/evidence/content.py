"""The server's whole content as evidence, read in a stream from its store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.words import Refusal
from sync.server_source import Branch, Cosigned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.parts import Parts


class StoredServer:
    """:class:`sync.server_source.ServerSource` over the open store: nothing is judged here."""

    with_attachments = True

    def __init__(self, parts: Parts) -> None:
        """Over a server's parts, which nobody else uses meanwhile."""
        self._parts, self._store = parts, parts.store
        self.origin = parts.verifier.name

    def leaves(self) -> Iterator[tuple[bytes, str | None]]:
        """Every leaf with the hash in the tree; a leaf that is missing is an empty one."""
        tree, size, index = self._parts.book.tree, self._parts.book.size, 0
        for row in self._store.scan("leaves"):
            while index < row["idx"]:
                yield b"", None
                index += 1
            yield bytes(row["data"]), tree.leaf(index).hex() if index < size else None
            index += 1

    def checkpoints(self) -> Iterator[str]:
        """Notes by size."""
        return (str(row["note"]) for row in self._store.scan("checkpoints"))

    def cosignatures(self) -> Iterator[Cosigned]:
        """By size."""
        for row in self._store.scan("cosignatures"):
            yield Cosigned(int(row["size"]), str(row["line"]))

    def logs(self) -> list[str]:
        """Every station and epoch ever asked for, and every log kept."""
        return sorted({str(row["origin"]) for row in self._store.rows("stations")})

    def entries(self, origin: str) -> Iterator[tuple[bytes, str | None]]:
        """Every entry with the hash in its row."""
        for row in self._store.scan("entries", origin=origin):
            yield bytes(row["data"]), str(row["leaf"])

    def heads(self, origin: str) -> Iterator[str]:
        """Notes by size."""
        return (str(row["note"]) for row in self._store.scan("heads", origin=origin))

    def receipts(self, origin: str) -> Iterator[str]:
        """Notes by size."""
        for row in self._store.scan("receipts", origin=origin):
            yield bytes(row["data"]).decode("utf-8", "replace")

    def branches(self) -> list[Branch]:
        """Every branch, with the entry it begins with here."""
        found: dict[tuple[str, int], int] = {}
        for row in self._store.scan("branches"):
            found.setdefault((str(row["origin"]), int(row["branch"])), int(row["idx"]))
        for row in self._store.scan("branch_heads"):
            found.setdefault((str(row["origin"]), int(row["branch"])), 0)
        return [Branch(*place, first) for place, first in sorted(found.items())]

    def branch_entries(self, branch: Branch) -> Iterator[bytes]:
        """Its entries."""
        named = {"origin": branch.origin, "branch": branch.number}
        return (bytes(row["data"]) for row in self._store.scan("branches", **named))

    def branch_heads(self, branch: Branch) -> Iterator[str]:
        """Its heads by size."""
        named = {"origin": branch.origin, "branch": branch.number}
        return (str(row["note"]) for row in self._store.scan("branch_heads", **named))

    def attachments(self) -> Iterator[str]:
        """Digests of all that arrived."""
        return (str(row["sha256"]) for row in self._store.scan("attachments"))

    def attachment(self, digest: str) -> bytes | None:
        """The file; None if it is gone or hurt."""
        try:
            return self._parts.attachments.get(digest)
        except Refusal:
            return None
