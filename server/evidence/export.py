"""Writing all that a server holds as plain files, in a stream: nothing is judged here."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from server.evidence.content import StoredServer
from server.evidence.readme_export import EXPORT_README
from sync import canonical, server_source
from sync.export_folder import README, FolderWriter
from sync.merkle import CompactRange, leaf_hash
from sync.pae import pae
from sync.server_source import branch_file, extracts, log_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from server.parts import Parts

EVERY = 1_000
NEVER_LEAVE = frozenset({"key", "factor", "recovery-codes"})
"""Kinds of documents that leave not even by their digest: people's keys, seeds, recovery codes."""


class ServerExport:
    """One export of a server's whole content."""

    def __init__(
        self,
        parts: Parts,
        folder: Path,
        *,
        attachments: bool = False,
        progress: Callable[[int], None] = lambda _count: None,
    ) -> None:
        """Into ``folder``, new or empty; ``progress`` is told how many records are written."""
        self._parts, self._store, self._source = parts, parts.store, StoredServer(parts)
        self._writer = FolderWriter(folder)
        self._attachments, self._progress = attachments, progress
        self._count = 0

    def write(self) -> int:
        """Write everything; how many leaves and entries. Raises OSError and Refusal."""
        self._writer.put(README, EXPORT_README.encode())
        range_ = self._log()
        logs = {origin: self._station(origin) for origin in self._source.logs()}
        branches = [self._branch(branch) for branch in self._source.branches()]
        self._files()
        manifest = self._writer.finish({
            "format": server_source.FORMAT, "origin": self._source.origin, "size": range_.size,
            "root": range_.root().hex(), "logs": logs, "branches": branches,
            "attachments": self._attachments,
        })  # fmt: skip
        signature = self._parts.signer.sign(pae(server_source.LABEL, manifest))
        self._writer.put(server_source.SIGNATURE, b64encode(signature) + b"\n")
        return self._count

    def _log(self) -> CompactRange:
        """The server's own log, and what it says of keys and quarantine."""
        range_ = self._hashed(
            self._source.leaves(), server_source.LEAVES, server_source.LEAF_HASHES
        )
        checkpoints = self._store.scan("checkpoints")
        self._lines(server_source.CHECKPOINTS, checkpoints, {"note": "note", "at": "signed_at"})
        named = {"size": "size", "name": "name", "line": "line", "at": "received_at"}
        self._lines(server_source.COSIGNATURES, self._store.scan("cosignatures"), named)
        for part, name in enumerate((server_source.KEYS, server_source.QUARANTINE)):
            self._writer.lines(name, self._extract(part))
        return range_

    def _extract(self, part: int) -> Iterator[bytes]:
        """What the statements say of keys (0) or quarantine (1)."""
        for row in self._store.scan("leaves"):
            if row["kind"] != "entry":
                line = extracts(int(row["idx"]), bytes(row["data"]))[part]
                if line:
                    yield line

    def _station(self, origin: str) -> int:
        """A station's log; how many entries."""
        entries, hashes = (
            log_file(origin, name) for name in (server_source.ENTRIES, server_source.HASHES)
        )
        range_ = self._hashed(self._source.entries(origin), entries, hashes)
        heads, named = self._store.scan("heads", origin=origin), {"note": "note"}
        at = {"at": "received_at"}
        self._lines(log_file(origin, server_source.HEADS), heads, named | at)
        receipts = (canonical.dumps({"note": note}) for note in self._source.receipts(origin))
        self._writer.lines(log_file(origin, server_source.RECEIPTS), receipts)
        return range_.size

    def _branch(self, branch: server_source.Branch) -> dict[str, Any]:
        entries = self._source.branch_entries(branch)
        size = self._writer.lines(branch_file(branch, server_source.ENTRIES), entries)
        heads = self._store.scan("branch_heads", origin=branch.origin, branch=branch.number)
        named = {"note": "note", "at": "received_at"}
        self._lines(branch_file(branch, server_source.HEADS), heads, named)
        return {**branch._asdict(), "size": size}

    def _files(self) -> None:
        """Attachments and documents: their digests, and the bytes that may leave."""
        named = {"sha256": "sha256", "size": "size", "origin": "origin", "at": "received_at"}
        self._lines(server_source.ATTACHMENTS, self._store.scan("attachments"), named)
        documents = (
            {"sha256": row["sha256"], "kind": row["kind"], "size": len(row["data"])}
            for row in self._store.scan("documents")
            if row["kind"] not in NEVER_LEAVE
        )
        self._writer.lines(server_source.DOCUMENTS, map(canonical.dumps, documents))
        for row in self._store.scan("documents", kind="master"):
            self._writer.put(f"masters/{row['sha256']}", bytes(row["data"]))
        for digest in self._source.attachments() if self._attachments else ():
            data = self._source.attachment(digest)
            if data is not None:  # what is gone is told by its absence
                self._writer.put(f"attachments/{digest}", data)

    def _lines(self, name: str, rows: Iterator[dict[str, Any]], named: dict[str, str]) -> None:
        """A file of objects: ``named`` is the member's name → the column's."""
        objects = ({new: row[old] for new, old in named.items()} for row in rows)
        self._writer.lines(name, map(canonical.dumps, objects))

    def _hashed(
        self, records: Iterator[tuple[bytes, str | None]], name: str, hashes: str
    ) -> CompactRange:
        range_ = CompactRange()
        with self._writer.file(name) as lines, self._writer.file(hashes) as noted:
            for data, hash_ in records:
                leaf = leaf_hash(data)
                lines.add(data)
                kept = leaf.hex() if hash_ is None else hash_
                noted.write(f"{kept}\n".encode("ascii", "replace"))
                range_.append(leaf)
                self._count += 1
                if self._count % EVERY == 0:
                    self._progress(self._count)
        return range_
