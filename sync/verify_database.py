"""What a station's database says beside the signed bytes: it must be what they say."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from sync.checkpoint import BadNote, parse_text, split_note
from sync.journal_store import FORMAT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.engine import Connection
    from sync.merkle import CompactRange
    from sync.verify_marks import Findings

_LINES = 6


def check_database(connection: Connection, entries: CompactRange, findings: Findings) -> None:
    """Name every column that is not what the entries and notes say; ``entries``: all, read.

    What is only this machine's state (frozen, healed, sent) is no evidence.
    """
    for name, key in (
        *_journal(connection, entries), *_numbers(connection), *_notes(connection),
        *_seen(connection), *_files(connection),
    ):  # fmt: skip
        table, _, column = name.partition(".")
        findings.find("column", table, name=column, key=key)


def _journal(connection: Connection, entries: CompactRange) -> Iterator[tuple[str, str]]:
    asked = "SELECT format, size, range, sent, accepted, witnessed, note FROM journal"
    format_, size, range_, sent, accepted, witnessed, note = connection.execute(asked).fetchone()
    newest = connection.execute("SELECT coalesce(max(size), 0) FROM receipt").fetchone()[0]
    try:
        signed = parse_text(split_note(note)[0]).size
    except BadNote:
        return  # said of the head already
    for name, holds in (
        ("format", format_ == FORMAT),
        ("size", size == signed),
        ("range", entries.size != signed or range_ == entries.to_bytes()),
        ("accepted", 0 <= accepted <= newest),
        ("sent", accepted <= sent <= signed),
        ("witnessed", 0 <= witnessed <= accepted),
    ):
        if not holds:
            yield f"journal.{name}", "1"


def _numbers(connection: Connection) -> Iterator[tuple[str, str]]:
    """Entries are numbered from 0 without a gap: the first that is not."""
    for at, (index,) in enumerate(connection.execute("SELECT idx FROM entry ORDER BY idx")):
        if index != at:
            yield "entry.idx", str(index)
            return


def _notes(connection: Connection) -> Iterator[tuple[str, str]]:
    asked = "SELECT size, global_start, global_stop, note FROM receipt ORDER BY size"
    for size, start, stop, note in connection.execute(asked):
        lines = _lines(note)
        if len(lines) < _LINES or lines[2] != str(size):
            yield "receipt.size", str(size)
        elif lines[5] != f"{start} {stop}":
            yield "receipt.global_start", str(size)
    for size, note in connection.execute("SELECT size, note FROM old_head ORDER BY size"):
        lines = _lines(note)
        if len(lines) < 2 or lines[1] != str(size):  # noqa: PLR2004  origin, size
            yield "old_head.note", str(size)


def _seen(connection: Connection) -> Iterator[tuple[str, str]]:
    """The newest checkpoint seen is looked at where it is read; here, that it was not emptied."""
    tables = "SELECT name FROM sqlite_master WHERE name = 'witnessed'"
    if connection.execute(tables).fetchone() is not None:
        for (_,) in connection.execute("SELECT note FROM witnessed WHERE note = ''"):
            yield "witnessed.note", "1"


def _lines(note: str) -> list[str]:
    try:
        return split_note(note)[0].split("\n")
    except BadNote:
        return []


def _files(connection: Connection) -> Iterator[tuple[str, str]]:
    for digest, data in connection.execute("SELECT sha256, data FROM attachment ORDER BY sha256"):
        if sha256(data).hexdigest() != digest:
            yield "attachment.data", str(digest)
