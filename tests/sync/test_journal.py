from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from pysqlite3 import OperationalError

from sync import envelope
from sync.checkpoint import open_note
from sync.engine import Connection
from sync.faults import Fault
from sync.journal import Journal
from sync.keys import TestSigner, Verifier
from sync.merkle import leaf_hash, root_of
from sync.receipt import Receipt
from sync.sqlite import Database, open_database
from sync.testing import ManualClock
from tests.sync.plant import ORIGIN

KILLED = """
import os, signal, sys
from sync.journal import Journal
from sync.keys import TestSigner
from sync.sqlite import open_database
from sync.testing import ManualClock
origin, path, when = sys.argv[1:]
database = open_database(path)
journal = Journal(database, origin, TestSigner(origin, "station"), ManualClock())
for number in range(5):
    print(journal.append("test.entry", {"n": number}).index, flush=True)
if when == "inside":
    with database.write() as connection:
        connection.execute("INSERT INTO entry (idx, leaf, data) VALUES (6, x'00', x'00')")
        os.kill(os.getpid(), signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
"""


def check_whole(journal: Journal, station: TestSigner) -> None:
    journal.verify()
    head = journal.head()
    stored = journal.entries(0, journal.size)
    assert [entry.index for entry in stored] == list(range(journal.size))
    assert root_of(leaf_hash(entry.data) for entry in stored) == head.checkpoint.root
    assert open_note(head.note, Verifier.of(station)) == head.checkpoint


def test_a_log_begins_with_its_opening(journal: Journal, station: TestSigner) -> None:
    first = envelope.check(journal.entries(0, 1)[0].data)
    assert (first.kind, first.origin, first.index) == ("sync/opened", ORIGIN, 0)
    made = journal.append("test.entry", {"text": "中文", "n": 1})
    assert made.index == 1
    assert made.ref == leaf_hash(made.data).hex()
    assert envelope.check(made.data).body == {"n": 1, "text": "中文"}
    assert journal.append_many([("a", {}), ("b", {})])[1].index == 3
    check_whole(journal, station)
    counts = journal.counts()
    assert (counts.saved, counts.sent, counts.accepted, counts.witnessed) == (4, 0, 0, 0)
    assert counts.oldest_unsent == ManualClock().now


def test_an_entry_and_one_that_names_it_are_kept_together(
    journal: Journal, station: TestSigner, clock: ManualClock
) -> None:
    journal.append("test.entry", {"n": 1})
    clock.now += timedelta(hours=3)  # a step of the clock is kept before the two
    first, second = journal.append_with(("a", {"n": 2}), lambda ref: ("b", {"of": ref}))
    assert (first.index, second.index) == (3, 4)
    assert envelope.check(second.data).body == {"of": first.ref}
    check_whole(journal, station)

    def fail(_: str) -> tuple[str, dict[str, object]]:
        raise Fault("key-unreadable")

    with pytest.raises(Fault):
        journal.append_with(("a", {"n": 3}), fail)
    with pytest.raises(Fault):
        journal.append_with(("a", {"n": 3}), lambda _: ("b", {"n": 0.5}))
    assert journal.size == 5
    assert journal.append("test.entry", {"n": 4}).index == 5
    check_whole(journal, station)


def test_a_log_goes_on_after_a_restart(
    database: Database, journal: Journal, station: TestSigner, clock: ManualClock
) -> None:
    journal.append("test.entry", {"n": 1})
    database.close()
    again = open_database(database.path)
    second = Journal(again, ORIGIN, station, clock)
    assert second.size == 2
    assert second.append("test.entry", {"n": 2}).index == 2
    check_whole(second, station)
    again.close()


@pytest.mark.covers("A35", "F01")
@pytest.mark.parametrize("when", ["between", "inside"])
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_what_was_said_to_be_saved_survives_a_kill(
    tmp_path: Path, station: TestSigner, clock: ManualClock, when: str
) -> None:
    path = tmp_path / "killed.db"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, ORIGIN, str(path), when],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert done.stdout.split() == ["1", "2", "3", "4", "5"]
    database = open_database(path)
    journal = Journal(database, ORIGIN, station, clock)
    assert journal.size == 6
    check_whole(journal, station)
    database.close()


@pytest.mark.covers("A41", "A42")
def test_entries_outside_the_form_are_refused_and_leave_nothing(
    journal: Journal, station: TestSigner
) -> None:
    for body in ({"x": 1.5}, {"x": "e\u0301"}, {"é": 1}, {"x": "y" * 65_536}):
        with pytest.raises(Fault, match="entry-refused"):
            journal.append("test.entry", body)
    with pytest.raises(Fault, match="entry-refused"):
        journal.append("Not A Kind", {})
    with pytest.raises(ValueError, match="sync layer"):
        journal.append("sync/opened", {})
    assert journal.size == 1
    check_whole(journal, station)


@pytest.mark.covers("T01")
def test_the_database_itself_refuses_to_change_entries(
    database: Database, journal: Journal
) -> None:
    for statement in (
        "UPDATE entry SET data = x'00'",
        "DELETE FROM entry",
        "UPDATE journal SET size = 0",
    ):
        with pytest.raises(Fault), database.write() as connection:
            connection.execute(statement)
        database.reopen()
    journal.verify()


@pytest.mark.covers("A01", "A02", "A06", "F13")
@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE entry SET data = CAST(replace(data, x'31', x'32') AS BLOB) WHERE idx = 2",
        "DELETE FROM entry WHERE idx = 2",
        "DELETE FROM entry WHERE idx = 3",
        "UPDATE journal SET note = replace(note, '4', '5')",
        "UPDATE journal SET range = zeroblob(32)",
        "UPDATE journal SET range = zeroblob(5)",
        "UPDATE entry SET leaf = zeroblob(32) WHERE idx = 1",
    ],
)
def test_a_changed_log_is_refused_at_start(
    database: Database, journal: Journal, station: TestSigner, clock: ManualClock, damage: str
) -> None:
    for number in (1, 21, 31):
        journal.append("test.entry", {"n": number})
    for trigger in ("entry_kept", "entry_fixed", "journal_grows"):
        database.connection.execute(f"DROP TRIGGER {trigger}")
    database.connection.execute(damage)
    with pytest.raises(Fault, match="journal-damaged"):
        Journal(database, ORIGIN, station, clock)


def test_a_flipped_bit_deep_in_the_log_is_named_before_it_is_sent(
    database: Database, journal: Journal, station: TestSigner, clock: ManualClock
) -> None:
    journal.append_many([("test.entry", {"n": n}) for n in range(100)])
    database.connection.execute("DROP TRIGGER entry_fixed")
    database.connection.execute(
        "UPDATE entry SET data = CAST(replace(CAST(data AS TEXT), 'test', 'tesT') AS BLOB)"
        " WHERE idx = 7"
    )
    again = Journal(database, ORIGIN, station, clock)
    with pytest.raises(Fault, match="entry 7"):
        again.batch(0)
    with pytest.raises(Fault, match="entry 7"):
        again.verify()


def test_a_file_of_another_station_is_refused(
    database: Database, journal: Journal, clock: ManualClock
) -> None:
    other = "lotbook.test/S1/ST-02/1"
    with pytest.raises(Fault, match="database-of-another-program"):
        Journal(database, other, TestSigner(other), clock)
    with pytest.raises(ValueError, match="named after"):
        Journal(database, ORIGIN, TestSigner(other), clock)
    with pytest.raises(ValueError, match="origin"):
        Journal(database, "../x", TestSigner("../x"), clock)


@pytest.mark.covers("T02", "F21")
def test_a_set_clock_writes_an_entry_before_the_next(journal: Journal, clock: ManualClock) -> None:
    clock.pass_(5)
    clock.now -= timedelta(hours=1)
    made = journal.append("test.entry", {})
    assert made.index == 2
    step = envelope.check(journal.entries(1, 2)[0].data)
    assert step.kind == "sync/clock-step"
    assert step.body["step_ms"] == -3_600_000
    assert journal.append("test.entry", {}).index == 3


@pytest.mark.covers("F09", "A37", "F06")
def test_a_full_disk_saves_nothing_and_the_log_goes_on_when_there_is_room(
    database: Database, journal: Journal, station: TestSigner
) -> None:
    journal.append("test.entry", {"n": 1})
    pages = database.connection.execute("PRAGMA page_count").fetchone()[0]
    database.connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(Fault, match="disk-full"):
        journal.append("test.entry", {"text": "x" * 60_000})
    assert journal.size == 2
    made = journal.append("test.entry", {"text": "x" * 60_000})
    assert made.index == 2
    check_whole(journal, station)


@pytest.mark.parametrize("count", [1, 2])
def test_a_commit_that_failed_but_was_kept_is_not_written_twice(
    database: Database, journal: Journal, station: TestSigner, count: int
) -> None:
    items = [("test.entry", {"n": number}) for number in range(count)]
    real = database.connection

    class Failing:
        in_transaction = False

        def execute(self, sql: str, parameters: tuple[object, ...] = ()) -> object:
            result = real.execute(sql, parameters)
            if not real.in_transaction:  # COMMIT, or one statement that is a transaction
                raise sqlite_error("disk I/O error")
            return result

        def executemany(self, sql: str, parameters: list[tuple[object, ...]]) -> object:
            return real.executemany(sql, parameters)

        def close(self) -> None:
            real.close()

    database._connection = cast("Connection", Failing())
    with pytest.raises(Fault, match="write-failed"):
        journal.append_many(items)
    assert journal.size == 1
    made = journal.append_many(items)
    assert ([one.index for one in made], journal.size) == ([*range(1, count + 1)], count + 1)
    assert journal.append_many(items)[0].index == count + 1
    check_whole(journal, station)


def sqlite_error(text: str) -> Exception:
    error: Exception = OperationalError(text)
    return error


@pytest.mark.covers("A25", "F11")
def test_an_older_copy_is_seen_by_the_mirror(
    tmp_path: Path, database: Database, journal: Journal, station: TestSigner, clock: ManualClock
) -> None:
    class Mirror:
        note: str | None = None

        def read(self) -> str | None:
            return self.note

        def write(self, note: str) -> None:
            self.note = note

    mirror = Mirror()
    database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(database.path, tmp_path / "old.db")
    with_mirror = Journal(database, ORIGIN, station, clock, mirror=mirror)
    with_mirror.append("test.entry", {"n": 1})
    Journal(database, ORIGIN, station, clock, mirror=mirror)
    old = open_database(tmp_path / "old.db")
    with pytest.raises(Fault, match="journal-rolled-back"):
        Journal(old, ORIGIN, station, clock, mirror=mirror)
    mirror.note = "damaged"
    Journal(old, ORIGIN, station, clock, mirror=mirror)
    old.close()


def test_receipts_must_fit(journal: Journal) -> None:
    head = journal.head().checkpoint
    time = "2026-03-02T08:00:00+00:00"
    for wrong in (
        Receipt("lotbook.test/S1/ST-02/1", 1, head.root, time, 0, 1),
        Receipt(ORIGIN, 2, head.root, time, 0, 2),
        Receipt(ORIGIN, 1, b"r" * 32, time, 0, 1),
    ):
        with pytest.raises(Fault, match="receipt-wrong"):
            journal.acknowledge(wrong)
    journal.acknowledge(Receipt(ORIGIN, 1, head.root, time, 0, 1, "note"))
    counts = journal.counts()
    assert (counts.sent, counts.accepted, counts.oldest_unsent) == (1, 1, None)
    journal.mark_witnessed(0)
    assert journal.counts().witnessed == 0
    journal.mark_witnessed(1)
    assert journal.counts().witnessed == 1
    assert journal.receipts() == ["note"]
    with pytest.raises(ValueError, match="beyond"):
        journal.root_at(2)


@pytest.mark.covers("A05", "F11")
def test_a_log_shorter_than_its_receipt_is_refused(
    database: Database, journal: Journal, station: TestSigner, clock: ManualClock
) -> None:
    with database.write() as connection:
        connection.execute("INSERT INTO receipt VALUES (9, 0, 9, '', 0)")
    with pytest.raises(Fault, match="journal-rolled-back"):
        Journal(database, ORIGIN, station, clock)


@pytest.mark.covers("F51", "TC25")
def test_attachments_are_kept_by_hash(database: Database, journal: Journal) -> None:
    digest = journal.attachments.put(b"photo")
    assert journal.attachments.put(b"photo") == digest
    assert journal.attachments.get(digest) == b"photo"
    assert journal.attachments.get("00") is None
    assert journal.attachments.unsent_after(0) == (1, digest)
    assert journal.attachments.unsent_after(1) is None
    journal.attachments.mark_sent(digest)
    assert journal.attachments.waiting() == 0
    with pytest.raises(Fault, match="attachment-too-large"):
        journal.attachments.put(bytes(8 * 1024 * 1024 + 1))
    database.connection.execute("UPDATE attachment SET data = x'00'")
    with pytest.raises(Fault, match="attachment-damaged"):
        journal.attachments.get(digest)


def test_batches_are_bounded_and_signed_at_their_end(journal: Journal, station: TestSigner) -> None:
    journal.append_many([("test.entry", {"text": "x" * 1000}) for _ in range(20)])
    first = journal.batch(0, most_bytes=5_000)
    assert 0 < len(first.entries) < 6
    head = open_note(first.head, Verifier.of(station))
    assert (head.size, head.root) == (first.stop, journal.root_at(first.stop))
    assert len(journal.batch(3, most_entries=4).entries) == 4
    assert len(journal.batch(3, most_bytes=1).entries) == 1
    assert journal.batch(21).entries == ()
    assert journal.batch(0).head == journal.head().note
