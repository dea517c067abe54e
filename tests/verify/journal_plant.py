"""A station with a journal on disk: records, a photo, a signature, receipts, a checkpoint seen."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from sync import esign
from sync.checkpoint import Checkpoint
from sync.engine import Connection
from sync.journal import Journal
from sync.journal_export import export_journal
from sync.journal_source import DatabaseJournal
from sync.keyring import Keyring
from sync.keys import TestSigner, Verifier
from sync.receipt import Receipt
from sync.sqlite import open_database, reading
from sync.testing import ManualClock
from sync.witness import Witness

ORIGIN, SERVER = "lotbook.test/S1/ST-01/1", "lotbook.test/S1/LOG/1"
STATION, LOG, PERSON = TestSigner(ORIGIN), TestSigner(SERVER, "log"), TestSigner("P-1", "P-1")
PHOTO = b"\x89PNG a picture of a set"
SIZE = 32


def ring() -> Keyring:
    """The public keys an auditor holds."""
    found = Keyring()
    found.add("server", SERVER, Verifier.of(LOG))
    found.add("station", ORIGIN, Verifier.of(STATION))
    found.add("person", "P-1", Verifier.of(PERSON))
    return found


def keys_text() -> str:
    """The same as a keys file."""
    lines = (("server", SERVER, LOG), ("station", ORIGIN, STATION), ("person", "P-1", PERSON))
    return "".join(f"{one} {name} {Verifier.of(key).vkey}\n" for one, name, key in lines)


def make(path: Path) -> Path:
    """A station's database with 32 records, receipts at 10, 20 and 30."""
    database = open_database(path)
    clock = ManualClock()
    journal = Journal(database, ORIGIN, STATION, clock)
    digest = journal.attachments.put(PHOTO)
    context = {"station": "ST-01", "person": "P-1", "job_order": "JO-1", "language": "en"}
    made = journal.append("session.opened", {"context": context})
    while journal.size < SIZE - 2:
        clock.pass_(1)
        made = journal.append("measurement.taken", {"context": context, "sample": journal.size})
        if journal.size == 15:
            photo = {"sha256": digest, "media_type": "image/png", "size": len(PHOTO)}
            journal.append("inspected", {"context": context, "photo": photo})
        if journal.size % 10 == 0:
            acknowledge(journal, clock)
    journal.append("signed", signed(journal, [made.ref]) | {"context": context})
    journal.append("session.closed", {"context": context})
    witness = Witness(database, Verifier.of(LOG), STATION, clock)
    witness.observe(Checkpoint(SERVER, 7, sha256(b"seven").digest()).sign(LOG))
    database.close()
    return path


def signed(journal: Journal, covers: list[str]) -> dict[str, object]:
    """The body of an electronic signature by P-1, without its context."""
    bound = {"meaning": "performed", "printed_name": "One", "time": "2026-11-23T08:30:00+08:00",
             "covers_root": esign.covers_root(covers), "head": journal.head().checkpoint.mark(),
             "text_digest": "ab" * 32}  # fmt: skip
    signature = esign.sign(PERSON, esign.message(**bound, language="en"))
    return {**bound, "covers": covers, "signature": signature, "personnel_class": "operator"}


def acknowledge(journal: Journal, clock: ManualClock) -> None:
    """Give the journal a receipt over all it has."""
    time = clock.wall().isoformat(timespec="milliseconds")
    head = journal.head().checkpoint
    receipt = Receipt(ORIGIN, head.size, head.root, time, 0, min(10, head.size))
    journal.acknowledge(receipt.sign(LOG))


def exported(database: Path, folder: Path) -> Path:
    """The journal of a database as a folder."""
    with reading(database) as connection:
        assert export_journal(DatabaseJournal(connection), folder) == SIZE
    return folder


def changed(database: Path, to: Path, change: Callable[[Connection], object]) -> Path:
    """A copy of a database, changed by somebody who can take the triggers away."""
    shutil.copy(database, to)
    other = open_database(to)
    with other.write() as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        change(connection)
    other.close()
    return to
