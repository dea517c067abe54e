"""What somebody outside remembers of a log: a signed head, a receipt, or a mark off a label.

Only such a memory shows that the newest part of a log was withheld: a log cut short, with all
that was signed about the missing part gone too, is sound in itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from sync import journal_source
from sync.checkpoint import BadNote, open_note
from sync.export_folder import format_of
from sync.journal_source import FolderJournal
from sync.keyring import Keyring
from sync.receipt import open_receipt
from sync.server_source import FolderServer
from sync.verify_marks import Mark

_LABEL = re.compile(r"(?:([A-Za-z0-9._/-]{1,280})=)?(0|[1-9][0-9]{0,15}):([0-9a-f]{8,64})")


class BadMemory(ValueError):
    """It is no memory of a log that can be used; the text says why."""


def remembered(text: str, ring: Keyring) -> tuple[str, Mark]:
    """The log's origin (empty: the only log there is) and the mark in ``text``.

    ``text`` is a signed head or checkpoint, a receipt, or ``[ORIGIN=]SIZE:HEX``, as labels carry
    it (at least 8 digits of the root). A note must be signed by a key of ``ring``. Raises
    BadMemory.
    """
    match = _LABEL.fullmatch(text.strip())
    if match is not None:
        return match[1] or "", Mark(int(match[2]), match[3], "seen")
    origin = text.partition("\n")[0]
    for key in (*ring.get("server", origin), *ring.get("station", origin)):
        try:
            found = open_note(text, key, key.name)
        except BadNote:
            continue
        return found.origin, Mark(found.size, found.root.hex(), "seen")
    return _receipt(text, ring)


def _receipt(text: str, ring: Keyring) -> tuple[str, Mark]:
    for key in ring.all("server"):
        try:
            found = open_receipt(text, key)
        except BadNote:
            continue
        return found.origin, Mark(found.size, found.root.hex(), "seen")
    raise BadMemory("neither [ORIGIN=]SIZE:HEX nor a note signed by a key of the keys file")


def remembered_in(folder: Path, ring: Keyring) -> Iterator[tuple[str, Mark]]:
    """All that an older export remembers: a server's checkpoints and heads, a journal's head.

    Only what keys of ``ring`` signed counts. Raises NotAnExport.
    """
    if format_of(folder) == journal_source.FORMAT:
        journal = FolderJournal(folder)
        notes: Iterable[str] = (journal.head(), journal.witnessed(), *journal.receipts())
    else:
        server = FolderServer(folder)
        heads = (note for origin in server.logs() for note in server.heads(origin))
        notes = chain(server.checkpoints(), heads)
    for note in notes:
        try:
            yield remembered(note, ring)
        except BadMemory:
            continue


def marks_of(seen: Iterable[tuple[str, Mark]], origin: str, *, only: bool = False) -> list[Mark]:
    """The marks about ``origin``, by size; with ``only``, those that name no log count too."""
    return sorted(mark for name, mark in seen if name == origin or (only and not name))
