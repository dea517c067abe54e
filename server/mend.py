"""``lotbook-server mend``: entries and photos that the server's disk spoilt, from a journal.

The journal need not be believed: the server's own log names the leaf hash of every entry, and only
bytes with that hash are put back. What was put back is stated in the log.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from server.log.leaves import EntryLeaf, decode
from server.words import Refusal
from sync.canonical import NotCanonical
from sync.export_folder import NotAnExport
from sync.journal_source import DatabaseJournal, FolderJournal
from sync.journal_store import spans_of
from sync.merkle import leaf_hash
from sync.sqlite import reading

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from server.folder import DataFolder
    from server.parts import Parts
    from server.store.protocol import Row, Store
    from sync.journal_source import JournalSource


class Mended(NamedTuple):
    """First and last index of the runs of entries put back, and of those still damaged."""

    origin: str
    entries: tuple[tuple[int, int], ...]
    left: tuple[tuple[int, int], ...]


def mend(parts: Parts, source: JournalSource) -> Mended:
    """Put back what the journal has of the entries of its log that are damaged here, or gone."""
    store, origin, have = parts.store, source.origin, set[int]()
    wanted = dict[int, str]()
    for row in store.scan("entries", origin=origin):
        index, named = int(row["idx"]), _named(parts, row)
        have.add(index)
        if leaf_hash(row["data"]).hex() != named or row["leaf"] != named:
            wanted[index] = named
    gone = _gone(store, origin, have)
    wanted |= {index: str(row["leaf"]) for index, row in gone.items()}
    found = {
        index: data
        for index, (data, _) in enumerate(source.entries())
        if leaf_hash(data).hex() == wanted.get(index)
    }
    spans = tuple(spans_of(found))
    if found:
        with parts.book.unit():
            for index, data in sorted(found.items()):
                if index in gone:
                    store.add("entries", gone[index] | {"data": data})
                else:
                    store.mend_entry(origin, index, wanted[index], data)
            body = {"origin": origin, "entries": [list(span) for span in spans]}
            parts.book.state("entries.mended", body)
        parts.book.trees.forget()
    return Mended(origin, spans, tuple(spans_of(wanted.keys() - found.keys())))


def _gone(store: Store, origin: str, have: set[int]) -> dict[int, Row]:
    """Rows without their bytes of entries that the log names, and nobody is asked for already."""
    known = have | {int(row["idx"]) for row in store.rows("awaited", origin=origin)}
    text = origin.encode()
    found: dict[int, Row] = {}
    for row in store.scan("leaves", kind="entry"):
        leaf = _entry(row["data"]) if text in row["data"] else None
        if leaf is None or leaf.origin != origin or leaf.index in known:
            continue
        found[leaf.index] = {
            "origin": origin, "idx": leaf.index, "leaf": leaf.leaf,
            "global_index": int(row["idx"]), "received_at": leaf.received_at.isoformat(),
        }  # fmt: skip
    return found


def _entry(data: bytes) -> EntryLeaf | None:
    """The leaf of an entry; None for one that is damaged."""
    try:
        leaf = decode(data)
    except (NotCanonical, ValueError, KeyError):
        return None
    return leaf if isinstance(leaf, EntryLeaf) else None


class MendedFiles(NamedTuple):
    """Digests of the photos and files put back, and of those of this station still damaged."""

    files: tuple[str, ...]
    left: tuple[str, ...]


def mend_files(parts: Parts, source: JournalSource) -> MendedFiles:
    """Put back what the journal has of the photos and files that are damaged or gone here.

    Their digest proves them; each is stated in the log.
    """
    files, left = list[str](), list[str]()
    for row in list(parts.store.scan("attachments")):
        digest = str(row["sha256"])
        if parts.attachments.whole(digest):
            continue
        data = source.attachment(digest)
        if data is not None and sha256(data).hexdigest() == digest:
            parts.attachments.put(digest, data, source.origin)
            files.append(digest)
        elif row["origin"] == source.origin:
            left.append(digest)
    return MendedFiles(tuple(files), tuple(left))


def _named(parts: Parts, row: Row) -> str:
    """The leaf hash (hex) that the log names for an entry; empty if its leaf is damaged too."""
    held = parts.store.one("leaves", idx=row["global_index"])
    leaf = _entry(held["data"]) if held else None
    same = leaf is not None and (leaf.origin, leaf.index) == (row["origin"], row["idx"])
    return leaf.leaf if same and leaf is not None else ""


def add_mend(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    data: Callable[[argparse.ArgumentParser], argparse.ArgumentParser],
) -> None:
    """``mend JOURNAL``."""
    verb = data(verbs.add_parser("mend", help="put entries that the disk spoilt back"))
    verb.add_argument("journal", type=Path, help="a station's exported journal, or its station.db")
    verb.set_defaults(run=_run)


def _run(given: argparse.Namespace, folder: DataFolder) -> int:
    chinese = given.language == "zh_CN"
    with folder.open() as parts:
        done, files = _mended(parts, given.journal)
    for spans, english, words in (
        (done.entries, "put back", "已放回"),
        (done.left, "still damaged, not in this journal", "仍受损，该日志中没有"),
    ):
        if spans:
            listed = ", ".join(f"#{a}" if a == b else f"#{a}-#{b}" for a, b in spans)
            sys.stdout.write(f"{done.origin}: {words if chinese else english}: {listed}\n")
    for digests, english, words in (
        (files.files, "photos put back", "已放回照片"),
        (files.left, "photos still damaged, not in this journal", "照片仍受损，该日志中没有"),
    ):
        if digests:
            listed = ", ".join(digest[:12] for digest in digests)
            sys.stdout.write(f"{done.origin}: {words if chinese else english}: {listed}\n")
    if not any((*done[1:], *files)):
        none = "没有受损的条目或照片" if chinese else "no entry and no photo is damaged"
        sys.stdout.write(f"{done.origin}: {none}\n")
    sys.stdout.write(f"lotbook-server rebuild --data {given.data}; lotbook-server fsck …\n")
    return int(bool(done.left or files.left))


def _mended(parts: Parts, path: Path) -> tuple[Mended, MendedFiles]:
    def both(source: JournalSource) -> tuple[Mended, MendedFiles]:
        return mend(parts, source), mend_files(parts, source)

    try:
        if path.is_dir():
            return both(FolderJournal(path))
        with reading(path) as connection:
            return both(DatabaseJournal(connection))
    except NotAnExport as error:
        raise Refusal("bad-request", why=f"{path}: {error}") from error
