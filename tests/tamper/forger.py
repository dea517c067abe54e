"""An export in memory, to be changed by who holds the database, or the server's key too."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sync import canonical, server_source
from sync.checkpoint import Checkpoint
from sync.export_folder import MANIFEST, README, FolderWriter
from sync.keys import Signer
from sync.merkle import CompactRange, leaf_hash
from sync.pae import pae
from sync.receipt import Receipt
from sync.server_source import Branch, FolderServer, branch_file, extracts, log_file

CONVENIENCE = (server_source.DOCUMENTS,)


@dataclass
class Log:
    """One station's log as exported."""

    entries: list[bytes]
    heads: list[str]
    receipts: list[str]


@dataclass
class Forger:
    """What an export says; change it, then :meth:`write` it as an attacker would."""

    origin: str
    leaves: list[bytes]
    checkpoints: list[str]
    cosignatures: list[server_source.Cosigned]
    logs: dict[str, Log]
    branches: dict[Branch, tuple[list[bytes], list[str]]]
    attachments: list[bytes]
    files: dict[str, bytes]
    """Attachments, masters and lists, by name."""
    hashes: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Forger:
        """The export in ``folder``."""
        source = FolderServer(folder)
        logs = {
            one: Log([data for data, _ in source.entries(one)], [*source.heads(one)],
                     [*source.receipts(one)])
            for one in source.logs()
        }  # fmt: skip
        names = [name for name in source.reader.files if name.split("/")[0] in
                 ("attachments", "masters", server_source.DOCUMENTS, README)]  # fmt: skip
        hashes = [name for name in source.reader.files if name.endswith("hashes.txt")]
        return cls(
            source.origin, [data for data, _ in source.leaves()], [*source.checkpoints()],
            [*source.cosignatures()], logs,
            {one: ([*source.branch_entries(one)], [*source.branch_heads(one)])
             for one in source.branches()},
            [*source.lines(server_source.ATTACHMENTS)],
            {name: source.reader.small(name) for name in names},
            {name: source.reader.small(name) for name in hashes},
        )  # fmt: skip

    def copy(self) -> Forger:
        """Another that can be changed."""
        return deepcopy(self)

    def write(self, folder: Path, key: Signer, *, insider: bool) -> Path:
        """Write it as the server's program would, after somebody changed its database.

        An ``insider`` holds the server's key too, and signs anew all that the server signs.
        """
        if insider:
            self._resign(key)
        writer = FolderWriter(folder, sync=lambda _handle: None)
        for name, data in self.files.items():
            writer.put(name, data)
        self._hashed(writer, server_source.LEAVES, server_source.LEAF_HASHES, self.leaves, insider)
        self._notes(writer, server_source.CHECKPOINTS, self.checkpoints)
        lines = ({"size": one.size, "line": one.line, "name": "", "at": ""}
                 for one in self.cosignatures)  # fmt: skip
        writer.lines(server_source.COSIGNATURES, map(canonical.dumps, lines))
        for part, name in enumerate((server_source.KEYS, server_source.QUARANTINE)):
            found = (extracts(at, leaf)[part] for at, leaf in enumerate(self.leaves))
            writer.lines(name, [line for line in found if line])
        for origin, log in self.logs.items():
            entries, hashes = log_file(origin, "entries.jsonl"), log_file(origin, "hashes.txt")
            self._hashed(writer, entries, hashes, log.entries, insider)
            self._notes(writer, log_file(origin, server_source.HEADS), log.heads)
            self._notes(writer, log_file(origin, server_source.RECEIPTS), log.receipts)
        for branch, (kept, heads) in self.branches.items():
            writer.lines(branch_file(branch, server_source.ENTRIES), kept)
            self._notes(writer, branch_file(branch, server_source.HEADS), heads)
        writer.lines(server_source.ATTACHMENTS, self.attachments)
        self._manifest(writer, key)
        return folder

    def _manifest(self, writer: FolderWriter, key: Signer) -> None:
        manifest = writer.finish({
            "format": server_source.FORMAT, "origin": self.origin, "attachments": True,
            "size": len(self.leaves), "root": "",
            "logs": {origin: len(log.entries) for origin, log in self.logs.items()},
            "branches": [{**one._asdict(), "size": 0} for one in self.branches],
        })  # fmt: skip
        signature = key.sign(pae(server_source.LABEL, manifest))
        writer.put(server_source.SIGNATURE, b64encode(signature) + b"\n")

    def _hashed(
        self, writer: FolderWriter, name: str, hashes: str, records: list[bytes], insider: bool
    ) -> None:
        """An insider notes new hashes too; else the old ones stay."""
        writer.lines(name, records)
        fresh = "".join(f"{leaf_hash(one).hex()}\n" for one in records).encode()
        writer.put(hashes, fresh if insider else self.hashes.get(hashes, fresh))

    @staticmethod
    def _notes(writer: FolderWriter, name: str, notes: list[str]) -> None:
        writer.lines(name, (canonical.dumps({"note": note, "at": ""}) for note in notes))

    # --- the server's key in the wrong hands ---------------------------------------------------

    def _resign(self, key: Signer) -> None:
        self._name_anew()
        roots, range_ = {0: CompactRange().root()}, CompactRange()
        for leaf in self.leaves:
            range_.append(leaf_hash(leaf))
            roots[range_.size] = range_.root()
        sizes = sorted({size_of(note) for note in self.checkpoints} | {range_.size})
        old = {size_of(note): note for note in self.checkpoints}
        self.checkpoints = [
            Checkpoint(self.origin, size, roots[size]).sign(key) for size in sizes if size in roots
        ]
        unchanged = {size_of(note) for note in self.checkpoints if note == old.get(size_of(note))}
        self.cosignatures = [one for one in self.cosignatures if one.size in unchanged]
        for origin, log in self.logs.items():
            self._receipts(origin, log, key)

    def _name_anew(self) -> None:
        """Leaves that name the entries as they are now, in the old order."""
        counts = dict.fromkeys(self.logs, 0)
        named: list[bytes] = []
        for data in self.leaves:
            leaf: dict[str, Any] = json.loads(data)
            if leaf["kind"] != "entry":
                named.append(data)
                continue
            origin = leaf["origin"]
            at = counts.get(origin, 0)
            if origin in self.logs and at < len(self.logs[origin].entries):
                counts[origin] = at + 1
                named.append(self._leaf(leaf, origin, at))
        for origin, log in self.logs.items():
            pattern = {"v": 1, "kind": "entry", "received_at": "2026-03-02T09:00:00+00:00"}
            left = range(counts[origin], len(log.entries))
            named += [self._leaf(pattern, origin, at) for at in left]
        self.leaves = named

    def _leaf(self, pattern: dict[str, Any], origin: str, at: int) -> bytes:
        leaf = leaf_hash(self.logs[origin].entries[at]).hex()
        return canonical.dumps(pattern | {"origin": origin, "index": at, "leaf": leaf})

    def _receipts(self, origin: str, log: Log, key: Signer) -> None:
        """Receipts for what is there now; heads of the station that contradict it are dropped."""
        positions = [
            at for at, data in enumerate(self.leaves)
            if (leaf := json.loads(data))["kind"] == "entry" and leaf["origin"] == origin
        ]  # fmt: skip
        range_, roots = CompactRange(), {0: CompactRange().root()}
        for data in log.entries:
            range_.append(leaf_hash(data))
            roots[range_.size] = range_.root()
        fresh = []
        for note in log.receipts:
            size, count = receipt_facts(note)
            there = positions[size - count : size]
            if size in roots and there == list(range(there[0], there[0] + count)):
                fresh.append(
                    Receipt(origin, size, roots[size], "2026-03-02T09:00:00+00:00", there[0],
                            there[0] + count).sign(key).note
                )  # fmt: skip
        log.receipts = fresh
        log.heads = [one for one in log.heads if roots.get(size_of(one)) == root_in(one)]


def size_of(note: str) -> int:
    """Size in a checkpoint's or head's note, whatever stands below."""
    return int(note.split("\n")[1])


def root_in(note: str) -> bytes:
    """Root in a checkpoint's or head's note, whatever stands below."""
    return b64decode(note.split("\n")[2])


def receipt_facts(note: str) -> tuple[int, int]:
    """Size, and how many entries it was for."""
    lines = note.split("\n")
    start, stop = lines[5].split(" ")
    return int(lines[2]), int(stop) - int(start)


def edited(data: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """A record's bytes with something in it changed, canonical again."""
    record: dict[str, Any] = json.loads(data)
    change(record)
    return canonical.dumps(record)


__all__ = ["MANIFEST", "Forger", "Log", "edited", "receipt_facts", "root_in", "size_of"]
