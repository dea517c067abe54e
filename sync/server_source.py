"""A server's whole content as evidence: what an export holds, and how it is read.

==============================  ==========================================================
``log/leaves.jsonl``            line n: leaf n-1 of the server's log, byte for byte
``log/hashes.txt``              line n: its leaf hash in hex, as it stood in the tree
``log/checkpoints.jsonl``       every signed checkpoint by size: ``{"note", "at"}``
``log/cosignatures.jsonl``      witnesses' lines: ``{"size", "name", "line", "at"}``
``logs/SLUG/entries.jsonl``     a station's log, line n: entry n-1, byte for byte
``logs/SLUG/hashes.txt``        line n: its leaf hash in hex, as it stood beside the entry
``logs/SLUG/heads.jsonl``       its signed heads by size: ``{"note", "at"}``
``logs/SLUG/receipts.jsonl``    the server's receipts by size: ``{"note"}``
``branches/SLUG~N/…``           second histories: ``entries.jsonl``, ``heads.jsonl``
``attachments.jsonl``           ``{"sha256", "size", "origin", "at"}``
``attachments/SHA256``          the files, where they came along
``documents.jsonl``             work masters and work packs: ``{"sha256", "kind", "size"}``
``masters/SHA256``              the work masters
``keys.jsonl``                  key history: leaves that enrol, change, rotate or revoke
``quarantine.jsonl``            entries set aside: ``{"origin", "index", "leaf", "why"}``
``manifest.json``               every file; the logs and their sizes; ``manifest.sig`` signs it
==============================  ==========================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import orjson

from sync import canonical
from sync.checkpoint import NOTE_LIMIT
from sync.envelope import check_origin
from sync.export_folder import FolderReader, NotAnExport
from sync.lines import read_lines
from sync.packfile import slug

FORMAT = "lotbook-export/1"
LABEL = "lotbook/export/1"
"""What the server's signature over the manifest is bound to."""
SIGNATURE = "manifest.sig"
LEAVES, LEAF_HASHES = "log/leaves.jsonl", "log/hashes.txt"
CHECKPOINTS, COSIGNATURES = "log/checkpoints.jsonl", "log/cosignatures.jsonl"
ATTACHMENTS, DOCUMENTS = "attachments.jsonl", "documents.jsonl"
KEYS, QUARANTINE = "keys.jsonl", "quarantine.jsonl"
ENTRIES, HASHES, HEADS, RECEIPTS = "entries.jsonl", "hashes.txt", "heads.jsonl", "receipts.jsonl"
_NOTE_LINE, _HASH_LINE = NOTE_LIMIT * 2, 80


class Branch(NamedTuple):
    """A second history that a station signed: from which entry on it is kept."""

    origin: str
    number: int
    first: int


class Cosigned(NamedTuple):
    """A witness's line under the checkpoint of that size."""

    size: int
    line: str


def log_file(origin: str, name: str) -> str:
    """Where a file of a station's log lies."""
    return f"logs/{slug(origin)}/{name}"


def branch_file(branch: Branch, name: str) -> str:
    """Where a file of a branch lies."""
    return f"branches/{slug(branch.origin)}~{branch.number}/{name}"


KEY_KINDS = frozenset({
    "server.founded", "person.enrolled", "person.changed", "station.requested",
    "station.approved", "station.enrolled", "station.revoked", "station.rotated", "person.rekeyed",
    "person.granted",
})  # fmt: skip
"""Statements that say whose key counts, and how far."""


def extracts(position: int, data: bytes) -> tuple[bytes, bytes]:
    """What a leaf adds to the key history, and to the quarantine list; empty where nothing."""
    leaf = _object(data)
    kind, body = str(leaf.get("kind")), leaf.get("body")
    if kind in KEY_KINDS and isinstance(body, dict):
        line = {"position": position, "kind": kind, "at": str(leaf.get("at")), "body": body}
        return canonical.dumps(line), b""
    if kind == "entry.quarantined" and isinstance(body, dict):
        return b"", canonical.dumps(body)
    return b"", b""


class ServerSource(Protocol):
    """A server's content to be read, each part in order."""

    origin: str
    """The origin of its log, as the source says."""
    with_attachments: bool
    """Whether the files themselves can be had."""

    def leaves(self) -> Iterator[tuple[bytes, str | None]]:
        """Every leaf with the hash noted in the tree (None: there is none)."""

    def checkpoints(self) -> Iterator[str]:
        """Notes by size."""

    def cosignatures(self) -> Iterator[Cosigned]:
        """By size."""

    def logs(self) -> list[str]:
        """Origins of the stations' logs."""

    def entries(self, origin: str) -> Iterator[tuple[bytes, str | None]]:
        """Every entry with the hash noted beside it (None: none is kept at all)."""

    def heads(self, origin: str) -> Iterator[str]:
        """Notes by size."""

    def receipts(self, origin: str) -> Iterator[str]:
        """Notes by size."""

    def branches(self) -> list[Branch]:
        """Every branch kept."""

    def branch_entries(self, branch: Branch) -> Iterator[bytes]:
        """Its entries from ``first`` on."""

    def branch_heads(self, branch: Branch) -> Iterator[str]:
        """Notes by size."""

    def attachments(self) -> Iterator[str]:
        """Digests of the attachments that arrived."""

    def attachment(self, digest: str) -> bytes | None:
        """The bytes of one; None if they are not here."""


class FolderServer:
    """:class:`ServerSource` over an exported folder."""

    def __init__(self, folder: Path) -> None:
        """Raises NotAnExport."""
        self.reader = FolderReader(folder, FORMAT)
        self._folder = folder
        facts = self.reader.facts
        self.origin = str(facts.get("origin", ""))
        self.with_attachments = facts.get("attachments") is True
        try:
            logs: Any = facts["logs"]
            branches: Any = facts["branches"]
            self._logs = [check_origin(str(one)) for one in logs]
            self._branches = [
                Branch(check_origin(str(one["origin"])), int(one["number"]), int(one["first"]))
                for one in branches
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise NotAnExport(f"the manifest names no logs: {error}") from error

    def leaves(self) -> Iterator[tuple[bytes, str | None]]:
        """Every leaf in the order of the file."""
        return self._hashed(LEAVES, LEAF_HASHES)

    def checkpoints(self) -> Iterator[str]:
        """In the order of the file."""
        return self._notes(CHECKPOINTS)

    def cosignatures(self) -> Iterator[Cosigned]:
        """In the order of the file; a line that is none counts for size 0."""
        for line in self._lines(COSIGNATURES, _NOTE_LINE):
            read = _object(line)
            size = read.get("size")
            number = size if isinstance(size, int) else 0
            yield Cosigned(number, str(read.get("line", "")))

    def logs(self) -> list[str]:
        """As the manifest lists them."""
        return self._logs

    def entries(self, origin: str) -> Iterator[tuple[bytes, str | None]]:
        """In the order of the file."""
        return self._hashed(log_file(origin, ENTRIES), log_file(origin, HASHES))

    def heads(self, origin: str) -> Iterator[str]:
        """In the order of the file."""
        return self._notes(log_file(origin, HEADS))

    def receipts(self, origin: str) -> Iterator[str]:
        """In the order of the file."""
        return self._notes(log_file(origin, RECEIPTS))

    def branches(self) -> list[Branch]:
        """As the manifest lists them."""
        return self._branches

    def branch_entries(self, branch: Branch) -> Iterator[bytes]:
        """In the order of the file."""
        return self._lines(branch_file(branch, ENTRIES))

    def branch_heads(self, branch: Branch) -> Iterator[str]:
        """In the order of the file."""
        return self._notes(branch_file(branch, HEADS))

    def attachments(self) -> Iterator[str]:
        """As the file lists them."""
        for line in self._lines(ATTACHMENTS):
            yield str(_object(line).get("sha256", ""))

    def attachment(self, digest: str) -> bytes | None:
        """The file under its digest."""
        name = f"attachments/{digest}"
        return self.reader.small(name) if self.reader.has(name) else None

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of any file of the export; none if it is not there."""
        return self._lines(name)

    def _hashed(self, name: str, hashes: str) -> Iterator[tuple[bytes, str | None]]:
        if not self.reader.has(hashes):
            return zip(self._lines(name), repeat(None))
        noted = (line.decode("ascii", "replace") for line in self._lines(hashes, _HASH_LINE))
        return zip(self._lines(name), chain(noted, repeat("")), strict=False)

    def _notes(self, name: str) -> Iterator[str]:
        return (str(_object(line).get("note", "")) for line in self._lines(name, _NOTE_LINE))

    def _lines(self, name: str, limit: int = 0) -> Iterator[bytes]:
        if not self.reader.has(name):
            return iter(())
        path = self._folder / name
        return read_lines(path, limit) if limit else read_lines(path)


def _object(line: bytes) -> dict[str, Any]:
    """A line's object; empty if it is none: what it should have said is then missing."""
    try:
        read = orjson.loads(line)
    except orjson.JSONDecodeError:
        return {}
    return read if isinstance(read, dict) else {}
