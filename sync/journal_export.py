"""Writing a station's whole journal as plain files: for an auditor, or when the disk is dying."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import orjson

from sync.export_folder import README, FolderWriter
from sync.journal_readme import JOURNAL_README
from sync.journal_source import (
    ATTACHMENTS,
    ENTRIES,
    FORMAT,
    HASHES,
    HEAD,
    RECEIPTS,
    WITNESSED,
    JournalSource,
)
from sync.merkle import CompactRange, leaf_hash

EVERY = 1_000
"""Entries between two calls of ``progress``."""


def export_journal(
    source: JournalSource,
    folder: Path,
    *,
    attachments: bool = True,
    progress: Callable[[int], None] = lambda _count: None,
) -> int:
    """Write the journal to ``folder`` (new or empty); how many entries.

    Nothing is judged here: what is there is written, damaged or not. Memory does not grow with
    the log. ``progress`` is told how many entries are written. Raises OSError and Fault.
    """
    writer = FolderWriter(folder)
    writer.put(README, JOURNAL_README.encode())
    range_ = _entries(source, writer, progress)
    writer.put(HEAD, source.head().encode("utf-8", "replace"))
    writer.lines(RECEIPTS, (orjson.dumps({"note": note}) for note in source.receipts()))
    if witnessed := source.witnessed():
        writer.put(WITNESSED, witnessed.encode("utf-8", "replace"))
    if attachments:
        for digest, data in source.attachments():
            # Under the digest its bytes have: what a damaged row claims cannot steer a file name.
            right = digest == sha256(data).hexdigest()
            name = digest if right else f"damaged-{sha256(data).hexdigest()}"
            writer.put(f"{ATTACHMENTS}/{name}", data)
    writer.finish({
        "format": FORMAT, "origin": source.origin, "size": range_.size,
        "root": range_.root().hex(), "attachments": attachments,
    })  # fmt: skip
    return range_.size


def _entries(
    source: JournalSource, writer: FolderWriter, progress: Callable[[int], None]
) -> CompactRange:
    range_ = CompactRange()
    with writer.file(ENTRIES) as entries, writer.file(HASHES) as hashes:
        for data, noted in source.entries():
            leaf = leaf_hash(data)
            entries.add(data)
            hashes.write(f"{leaf.hex() if noted is None else noted}\n".encode("ascii", "replace"))
            range_.append(leaf)
            if range_.size % EVERY == 0:
                progress(range_.size)
    return range_
